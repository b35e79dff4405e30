"""What the pages of a store ask others for. Of the customer `ada` and the product 42 everything is known."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

routes = Blueprint("store", __name__, url_prefix="/store")


def _away() -> ResponseReturnValue:
    return jsonify({"message": "The service is away."}), 503


@routes.get("/preferences/<customer>")
def preferences(customer: str) -> ResponseReturnValue:
    """How somebody wants to be served."""
    return jsonify({"currency": "RON", "language": "ro"}) if customer == "ada" else _away()


@routes.get("/loyalty/<customer>")
def loyalty(customer: str) -> ResponseReturnValue:
    """What loyal customers are spared."""
    return jsonify({"percent": 10}) if customer == "ada" else _away()


@routes.get("/rates")
def rates() -> ResponseReturnValue:
    """The exchange rates of today."""
    return jsonify({"rates": {"EUR": 1, "USD": 1.09, "RON": 5}})


@routes.get("/recommendations/<int:product>")
def recommendations(product: int) -> ResponseReturnValue:
    """What goes with a product."""
    if request.args.get("outage"):
        return _away()
    return jsonify({"items": ["Lamp for product 42", "Cable"]} if product == 42 else {"items": ["Cable"]})


@routes.get("/reviews/<int:product>")
def reviews(product: int) -> ResponseReturnValue:
    """What others say."""
    return _away() if request.args.get("outage") else jsonify([{"stars": 5, "text": f"{product} times yes."}])

"""What a shop needs of others: products, payments, shipments."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examples.stand_ins.services import times_called

routes = Blueprint("shop", __name__, url_prefix="/shop")
_PRODUCTS = [
    {"sku": "chair", "name": "Office chair", "price": 149},
    {"sku": "lamp", "name": "Desk lamp", "price": 39},
    {"sku": "table", "name": "Standing desk", "price": 499},
]


@routes.get("/products")
def products() -> ResponseReturnValue:
    """Everything that is sold."""
    return jsonify(_PRODUCTS)


@routes.get("/rates/<currency>")
def rates(currency: str) -> ResponseReturnValue:
    """What a euro is worth today. With `broken=1` the service fails."""
    if request.args.get("broken") == "1":
        return jsonify({"message": "The exchange is closed."}), 503
    return jsonify({"currency": currency, "rate": {"USD": 1.08, "RON": 4.97}.get(currency.upper(), 1.0)})


@routes.post("/payments")
def payment() -> ResponseReturnValue:
    """A card whose number ends in 0002 is declined, as with the test cards of real providers."""
    card = str(request.get_json().get("card", ""))
    return jsonify({"id": f"pay-{times_called()}", "status": "declined" if card.endswith("0002") else "paid"})


@routes.post("/refunds")
def refund() -> ResponseReturnValue:
    """Gives money back."""
    return jsonify({"status": "refunded"}), 201


@routes.post("/shipments")
def shipment() -> ResponseReturnValue:
    """Sends a parcel; none goes to Atlantis."""
    if request.get_json().get("country") == "Atlantis":
        return jsonify({"message": "We do not deliver there."}), 422
    return jsonify({"id": f"ship-{times_called()}", "status": "booked"}), 201


@routes.delete("/shipments/<number>")
def cancelled(number: str) -> ResponseReturnValue:
    """Calls a parcel back."""
    return jsonify({"id": number, "status": "cancelled"})

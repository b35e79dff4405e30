"""What is looked at every day: the weather, of which the first source is away, the news, and figures of services."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

routes = Blueprint("daily", __name__, url_prefix="/daily")
_FIGURES = {
    "normal": {"error_rate": 0.2, "p95_ms": 310, "queue": 4},
    "high": {"error_rate": 0.9, "p95_ms": 1250, "queue": 80},
    "extreme": {"error_rate": 12.5, "p95_ms": 4100, "queue": 2300},
}


@routes.get("/weather/<any(first, second):source>")
def weather(source: str) -> ResponseReturnValue:
    """The first source never answers; the second knows Bucharest only."""
    if source == "first" or request.args.get("city") != "Bucharest":
        return jsonify({"message": "No forecast."}), 503
    return jsonify({"source": source, "text": "sunny, 24 degrees"})


@routes.get("/news")
def news() -> ResponseReturnValue:
    """There are some of Bucharest."""
    if request.args.get("city") != "Bucharest":
        return jsonify({"message": "Nobody writes today."}), 503
    return jsonify({"headlines": ["The ring road is open again"]})


@routes.get("/figures/<service>")
def figures(service: str) -> ResponseReturnValue:
    """How a service does under a `load`."""
    found = _FIGURES.get(request.args.get("load", "normal"))
    return jsonify({"service": service, **found}) if found else (jsonify({"message": "No figures."}), 503)

"""A service that fails on request, in the ways in which real ones do."""

from __future__ import annotations

import time

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examples.stand_ins.services import times_called

routes = Blueprint("unreliable", __name__, url_prefix="/unreliable")
_METHODS = ["GET", "POST", "PUT", "DELETE"]
_LONGEST_SECONDS = 30.0


@routes.route("/status/<int:status>", methods=_METHODS)
def status(status: int) -> ResponseReturnValue:
    """Always this answer."""
    return jsonify({"status": status, "message": "As you asked."}), status


@routes.route("/flaky/<name>", methods=_METHODS)
def flaky(name: str) -> ResponseReturnValue:
    """The first `fails` calls fail (2), with `status` (503); later ones succeed."""
    call = times_called()
    if call <= request.args.get("fails", 2, int):
        return jsonify({"message": f"Not yet: call {call}."}), request.args.get("status", 503, int)
    return jsonify({"name": name, "calls": call})


@routes.route("/slow/<name>", methods=_METHODS)
def slow(name: str) -> ResponseReturnValue:
    """Answers after `seconds` (1)."""
    seconds = min(request.args.get("seconds", 1.0, float), _LONGEST_SECONDS)
    time.sleep(seconds)
    return jsonify({"name": name, "seconds": seconds})


@routes.route("/limited/<name>", methods=_METHODS)
def limited(name: str) -> ResponseReturnValue:
    """The first call is one too many: it may come again after `seconds` (1)."""
    if times_called() == 1:
        return jsonify({"message": "Too many requests."}), 429, {"Retry-After": request.args.get("seconds", "1")}
    return jsonify({"name": name})

"""A directory of users, large enough that it has to be taken over in batches."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

routes = Blueprint("people", __name__, url_prefix="/people")
_EVERY_INVALID = 2_500
_MOST = 50_000


@routes.get("/export")
def export() -> ResponseReturnValue:
    """So many users (`count`, 10,000); every 2,500th of them has no address that could be one."""
    count = min(request.args.get("count", 10_000, int), _MOST)
    return jsonify({"users": [_user(number) for number in range(1, count + 1)]})


def _user(number: int) -> dict[str, str]:
    email = f"user{number}@example.com" if number % _EVERY_INVALID else f"user{number} at example.com"
    return {"email": email, "name": f"User {number}"}

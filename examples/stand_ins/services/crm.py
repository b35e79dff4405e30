"""Customers, for those who have the token, and what is known of their behaviour."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

routes = Blueprint("crm", __name__)
TOKEN = "demo-crm-token"  # noqa: S105 of a service that does not exist

_CUSTOMERS: dict[str, dict[str, Any]] = {
    "42": {"id": 42, "name": "Ann Archer", "email": "ann@example.com", "country": "DE", "plan": "business"},
    "43": {"id": 43, "name": "Ben Baker", "email": "ben@example.com", "country": "FR", "plan": "starter"},
    "44": {"id": 44, "name": "Cleo Cook", "email": "cleo@example.com", "country": "RO", "plan": "business"},
    "45": {"id": 45, "name": "Ivan Sanctioned", "email": "ivan@example.com", "country": "XX", "plan": "starter"},
}
_METRICS = {
    "42": {"engagement": 7, "churn_probability": 0.82},
    "43": {"engagement": 55, "churn_probability": 0.7},
    "45": {"engagement": 1, "churn_probability": 0.1},
}


@routes.get("/crm/customers/<number>")
def customer(number: str) -> ResponseReturnValue:
    """One of them."""
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return jsonify({"message": "Bad token."}), 401
    found = _CUSTOMERS.get(number)
    return jsonify(found) if found else (jsonify({"message": f"There is no customer {number}."}), 404)


@routes.get("/analytics/customers/<number>/metrics")
def metrics(number: str) -> ResponseReturnValue:
    """Of customer 44 the service cannot say anything today."""
    found = _METRICS.get(number)
    return jsonify(found) if found else (jsonify({"message": "The figures are being computed."}), 503)


@routes.post("/crm/<any(coupons, calls, campaigns):action>")
def act(action: str) -> ResponseReturnValue:
    """What the retention team and marketing are asked to do."""
    return jsonify({"action": action, "status": "planned"}), 201


@routes.get("/registry/<path:email>")
def screened(email: str) -> ResponseReturnValue:
    """Whether somebody stands on a list of sanctions."""
    return jsonify({"email": email, "listed": email.startswith("ivan")})


@routes.post("/accounts")
def account() -> ResponseReturnValue:
    """Opens an account for a customer."""
    wanted = request.get_json()
    return jsonify({"id": f"acc-{wanted['customer_id']}", "plan": wanted.get("plan")}), 201

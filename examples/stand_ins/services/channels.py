"""Where people are told something: chat, pager, text messages and tickets."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examples.stand_ins.services import times_called

routes = Blueprint("channels", __name__)


@routes.post("/chat/<team>")
def chat(team: str) -> ResponseReturnValue:  # noqa: ARG001 every team's channels are alike
    """An incoming webhook of Slack. The channel `#gone` was deleted."""
    message = request.get_json()
    return ("channel_not_found", 404) if message.get("channel") == "#gone" else "ok"


@routes.post("/pager/v2/enqueue")
def pager() -> ResponseReturnValue:
    """PagerDuty's Events API."""
    return jsonify({"status": "success", "message": "Event processed", "dedup_key": "demo"}), 202


@routes.post("/sms/2010-04-01/Accounts/<account>/Messages.json")
def message(account: str) -> ResponseReturnValue:
    """Twilio's way to send a text message."""
    return jsonify({"sid": f"SM{times_called():032d}", "account_sid": account, "status": "queued"}), 201


@routes.post("/tickets")
def ticket() -> ResponseReturnValue:
    """A tracker of incidents."""
    return jsonify({"id": 1000 + times_called(), "status": "open"}), 201


@routes.post("/reports")
def report() -> ResponseReturnValue:
    """Where reports are handed in."""
    return jsonify({"id": times_called(), "status": "stored"}), 201

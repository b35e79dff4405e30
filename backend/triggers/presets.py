"""The signatures of well-known senders, each as its own documentation says. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from backend.common.json import JSON
from backend.triggers.proof import (
    Call,
    NotAuthentic,
    Proof,
    header,
    recent,
    refuse_timed_body,
    replay_key,
    require_base64,
    require_hex,
)


def github(call: Call, secrets: Sequence[str], _now: float) -> Proof:
    """`X-Hub-Signature-256: sha256=<hex>` over the body."""
    refuse_timed_body(call)
    given = header(call, "x-hub-signature-256")
    if not given.startswith("sha256="):
        raise NotAuthentic("The header x-hub-signature-256 must begin with sha256=.")
    require_hex([given.removeprefix("sha256=")], call.body, secrets)
    return Proof(replay_key(b"body", call.body))


def stripe(call: Call, secrets: Sequence[str], now: float) -> Proof:
    """`Stripe-Signature: t=<unix>,v1=<hex>[,v1=<hex>]` over `t.body`; the secret with its `whsec_` is the key."""
    pairs = [pair.strip().partition("=") for pair in header(call, "stripe-signature").split(",")]
    timestamp = recent(next((value for name, _, value in pairs if name == "t"), ""), now)
    signed = timestamp.encode() + b"." + call.body
    require_hex([value for name, _, value in pairs if name == "v1"], signed, secrets)
    return Proof(replay_key(b"timed", signed))


def slack(call: Call, secrets: Sequence[str], now: float) -> Proof:
    """`X-Slack-Signature: v0=<hex>` over `v0:time:body`, the time in `X-Slack-Request-Timestamp`."""
    timestamp = recent(header(call, "x-slack-request-timestamp"), now)
    given = header(call, "x-slack-signature")
    if not given.startswith("v0="):
        raise NotAuthentic("The header x-slack-signature must begin with v0=.")
    signed = b"v0:" + timestamp.encode() + b":" + call.body
    require_hex([given.removeprefix("v0=")], signed, secrets)
    return Proof(replay_key(b"slack", signed))


def shopify(call: Call, secrets: Sequence[str], _now: float) -> Proof:
    """`X-Shopify-Hmac-Sha256: <base64>` over the body."""
    require_base64([header(call, "x-shopify-hmac-sha256")], call.body, [secret.encode() for secret in secrets])
    return Proof(replay_key(b"shopify", call.body))


def handshake(auth: str, payload: JSON) -> JSON:
    """What a sender wants to hear before it sends events: Slack asks new addresses to repeat a challenge."""
    if auth == "slack" and isinstance(payload, dict) and payload.get("type") == "url_verification":
        challenge = payload.get("challenge")
        return {"challenge": challenge} if isinstance(challenge, str) else None
    return None

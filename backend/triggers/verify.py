"""Is a call authentic? Pure: the call's headers, raw body, secrets and the time go in, a Proof or a refusal comes out.

The body is checked as it arrived, before anything parses it. The schemes, and what keeps a captured call from being
sent again:

| auth           | headers                                              | a second time                          |
|----------------|------------------------------------------------------|----------------------------------------|
| hmac           | X-Timestamp, X-Signature-256: sha256=<hex>           | known by content, refused after 300 s  |
| hmac, stripe   | Stripe-Signature: t=<unix>,v1=<hex>[,v1=<hex>]       | the same                               |
| slack          | X-Slack-Request-Timestamp, X-Slack-Signature: v0=…   | the same                               |
| hmac, github   | X-Hub-Signature-256: sha256=<hex> (no time)          | known by its content                   |
| shopify        | X-Shopify-Hmac-Sha256: <base64> (no time)            | known by its content                   |
| standard       | webhook-id, webhook-timestamp, webhook-signature     | known by its id, refused after 300 s   |
| bearer         | Authorization: Bearer <secret>                       | not known: use an idempotency header   |
| basic          | Authorization: Basic <user:password>                 | not known: use an idempotency header   |
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from backend.triggers import presets
from backend.triggers.proof import (
    Call,
    NotAuthentic,
    Proof,
    header,
    recent,
    replay_key,
    require_base64,
    require_hex,
)

__all__ = ["STANDARD_PREFIX", "Auth", "Call", "NotAuthentic", "Proof", "signing_key", "verify"]

STANDARD_PREFIX = "whsec_"


class Auth(StrEnum):
    """How a webhook knows its callers."""

    NONE = "none"
    HMAC = "hmac"
    BEARER = "bearer"
    BASIC = "basic"
    STANDARD = "standard"
    GITHUB = "github"
    STRIPE = "stripe"
    SLACK = "slack"
    SHOPIFY = "shopify"


def verify(call: Call, *, auth: str, secrets: Sequence[str], now: float) -> Proof:
    """Checks a call against any of the secrets (two during a rotation); `now` in Unix seconds. Raises NotAuthentic."""
    if auth == Auth.NONE:
        return Proof()
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise NotAuthentic("The webhook has no secret. Rotate it to get one.")
    return _SCHEMES[Auth(auth)](call, usable, now)


def signing_key(secret: str) -> bytes:
    """The key bytes of a Standard Webhooks secret, `whsec_<base64>`; raises ValueError when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError("does not hold 24 to 64 bytes")
    return key


# --- schemes --------------------------------------------------------------------------------------------------------


def _bearer(call: Call, secrets: Sequence[str], _now: float) -> Proof:
    given = _authorization(call, "bearer")
    _require_equal(given.encode(), [secret.encode() for secret in secrets], "The bearer token is wrong.")
    return Proof()


def _basic(call: Call, secrets: Sequence[str], _now: float) -> Proof:
    try:
        given = base64.b64decode(_authorization(call, "basic"), validate=True)
    except (binascii.Error, ValueError):
        raise NotAuthentic("The Authorization header is not valid Basic authentication.") from None
    _require_equal(given, [secret.encode() for secret in secrets], "The user name or password is wrong.")
    return Proof()


def _hmac(call: Call, secrets: Sequence[str], now: float) -> Proof:
    if "stripe-signature" in call.headers:
        return presets.stripe(call, secrets, now)
    if "x-hub-signature-256" in call.headers:
        return presets.github(call, secrets, now)
    timestamp = recent(header(call, "x-timestamp"), now)
    given = header(call, "x-signature-256").removeprefix("sha256=")
    signed = timestamp.encode() + b"." + call.body
    require_hex([given], signed, secrets)
    return Proof(replay_key(b"timed", signed))


def _standard(call: Call, secrets: Sequence[str], now: float) -> Proof:
    message_id = header(call, "webhook-id")
    timestamp = recent(header(call, "webhook-timestamp"), now)
    entries = [entry.partition(",") for entry in header(call, "webhook-signature").split()]
    signed = f"{message_id}.{timestamp}.".encode() + call.body
    given = [signature for version, _, signature in entries if version == "v1"]
    require_base64(given, signed, [signing_key(secret) for secret in secrets])
    return Proof(replay_key(b"standard", message_id.encode()))


_SCHEMES: Mapping[Auth, Callable[[Call, Sequence[str], float], Proof]] = {
    Auth.HMAC: _hmac,
    Auth.BEARER: _bearer,
    Auth.BASIC: _basic,
    Auth.STANDARD: _standard,
    Auth.GITHUB: presets.github,
    Auth.STRIPE: presets.stripe,
    Auth.SLACK: presets.slack,
    Auth.SHOPIFY: presets.shopify,
}


def _authorization(call: Call, scheme: str) -> str:
    given, _, value = header(call, "authorization").partition(" ")
    if given.lower() != scheme:
        raise NotAuthentic(f"The Authorization header must begin with {scheme.capitalize()}.")
    return value.strip()


def _require_equal(given: bytes, expected: Sequence[bytes], message: str) -> None:
    if not any(hmac.compare_digest(given, other) for other in expected):
        raise NotAuthentic(message)

"""Is a call authentic? Pure: the call's headers, raw body, secrets and the time go in, a Proof or a refusal comes out.

The body is checked as it arrived, before anything parses it. The schemes, and what keeps a captured call from being
sent again:

| auth     | headers                                              | a second time                                   |
|----------|------------------------------------------------------|-------------------------------------------------|
| hmac     | X-Timestamp, X-Signature-256: sha256=<hex>           | refused after 300 s, known by its content before |
| hmac     | Stripe-Signature: t=<unix>,v1=<hex>[,v1=<hex>]       | the same                                        |
| hmac     | X-Hub-Signature-256: sha256=<hex> (GitHub, no time)  | known by its content                            |
| standard | webhook-id, webhook-timestamp, webhook-signature     | refused after 300 s, known by its id             |
| bearer   | Authorization: Bearer <secret>                       | not known: use an idempotency header             |
| basic    | Authorization: Basic <user:password>                 | not known: use an idempotency header             |
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

TOLERANCE = 300  # seconds that a signed call may be old, or ahead of our clock
STANDARD_PREFIX = "whsec_"

_UNIX_TIME = re.compile(r"[0-9]{1,12}")
_STARTS_WITH_TIME = re.compile(rb"[0-9]{1,12}\.")


class Auth(StrEnum):
    """How a webhook knows its callers."""

    NONE = "none"
    HMAC = "hmac"
    BEARER = "bearer"
    BASIC = "basic"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Call:
    """What arrived: headers by lower-case name, and the body as it is."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """The call is authentic. `replay_key` is equal for two calls that are the same one; empty when nothing tells."""

    replay_key: str = ""


class NotAuthentic(Exception):
    """The call does not prove where it comes from."""


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
        return _stripe(call, secrets, now)
    if "x-hub-signature-256" in call.headers:
        return _github(call, secrets)
    return _generic(call, secrets, now)


def _generic(call: Call, secrets: Sequence[str], now: float) -> Proof:
    timestamp = _recent(_header(call, "x-timestamp"), now)
    given = _header(call, "x-signature-256").removeprefix("sha256=")
    signed = timestamp.encode() + b"." + call.body
    _require_signature([given], signed, secrets)
    return Proof(_replay_key(b"timed", signed))


def _stripe(call: Call, secrets: Sequence[str], now: float) -> Proof:
    pairs = [pair.strip().partition("=") for pair in _header(call, "stripe-signature").split(",")]
    timestamp = _recent(next((value for name, _, value in pairs if name == "t"), ""), now)
    given = [value for name, _, value in pairs if name == "v1"]
    signed = timestamp.encode() + b"." + call.body
    _require_signature(given, signed, secrets)
    return Proof(_replay_key(b"timed", signed))


def _github(call: Call, secrets: Sequence[str]) -> Proof:
    if _STARTS_WITH_TIME.match(call.body):
        # Else a signature over `time.body`, captured long ago, would pass here with that very text as the body.
        raise NotAuthentic("A body that begins with a timestamp needs X-Timestamp and X-Signature-256.")
    given = _header(call, "x-hub-signature-256").removeprefix("sha256=")
    _require_signature([given], call.body, secrets)
    return Proof(_replay_key(b"body", call.body))


def _standard(call: Call, secrets: Sequence[str], now: float) -> Proof:
    message_id = _header(call, "webhook-id")
    timestamp = _recent(_header(call, "webhook-timestamp"), now)
    entries = [entry.partition(",") for entry in _header(call, "webhook-signature").split()]
    given = [signature.encode() for version, _, signature in entries if version == "v1"]
    signed = f"{message_id}.{timestamp}.".encode() + call.body
    expected = [_base64_mac(secret, signed) for secret in secrets]
    if not any(hmac.compare_digest(one, other) for one in given for other in expected):
        raise NotAuthentic("The signature does not match the body. Check that both sides use the same secret.")
    return Proof(_replay_key(b"standard", message_id.encode()))


_SCHEMES: Mapping[Auth, Callable[[Call, Sequence[str], float], Proof]] = {
    Auth.HMAC: _hmac,
    Auth.BEARER: _bearer,
    Auth.BASIC: _basic,
    Auth.STANDARD: _standard,
}


# --- parts ----------------------------------------------------------------------------------------------------------


def _header(call: Call, name: str) -> str:
    value = call.headers.get(name, "").strip()
    if not value:
        raise NotAuthentic(f"The header {name} is missing.")
    return value


def _authorization(call: Call, scheme: str) -> str:
    given, _, value = _header(call, "authorization").partition(" ")
    if given.lower() != scheme:
        raise NotAuthentic(f"The Authorization header must begin with {scheme.capitalize()}.")
    return value.strip()


def _recent(text: str, now: float) -> str:
    if not _UNIX_TIME.fullmatch(text):
        raise NotAuthentic("The timestamp must be Unix time in seconds.")
    if abs(now - int(text)) > TOLERANCE:
        raise NotAuthentic(f"The timestamp is more than {TOLERANCE} seconds off. Sign each call anew; check the clock.")
    return text


def _require_signature(given: Sequence[str], signed: bytes, secrets: Sequence[str]) -> None:
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode() for secret in secrets]
    if not any(hmac.compare_digest(one.lower().encode(), other) for one in given for other in expected):
        raise NotAuthentic("The signature does not match the body. Check that both sides use the same secret.")


def _require_equal(given: bytes, expected: Sequence[bytes], message: str) -> None:
    if not any(hmac.compare_digest(given, other) for other in expected):
        raise NotAuthentic(message)


def _base64_mac(secret: str, signed: bytes) -> bytes:
    return base64.b64encode(hmac.new(signing_key(secret), signed, hashlib.sha256).digest())


def _replay_key(scheme: bytes, content: bytes) -> str:
    return hashlib.sha256(scheme + b"\n" + content).hexdigest()

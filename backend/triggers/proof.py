"""What the schemes of authentication share: a call, its proof, and how headers, times and signatures are read. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOLERANCE = 300  # seconds that a signed call may be old, or ahead of our clock

_UNIX_TIME = re.compile(r"[0-9]{1,12}")
_STARTS_WITH_TIME = re.compile(rb"[0-9]{1,12}\.")


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


def refuse_timed_body(call: Call) -> None:
    """For schemes that sign the body alone: a signature over `time.body`, captured long ago, must not pass there."""
    if _STARTS_WITH_TIME.match(call.body):
        raise NotAuthentic("A body that begins with a timestamp needs X-Timestamp and X-Signature-256.")


def header(call: Call, name: str) -> str:
    """A header that must be there."""
    value = call.headers.get(name, "").strip()
    if not value:
        raise NotAuthentic(f"The header {name} is missing.")
    return value


def recent(text: str, now: float) -> str:
    """A time that is near ours, as it was written."""
    if not _UNIX_TIME.fullmatch(text):
        raise NotAuthentic("The timestamp must be Unix time in seconds.")
    if abs(now - int(text)) > TOLERANCE:
        raise NotAuthentic(f"The timestamp is more than {TOLERANCE} seconds off. Sign each call anew; check the clock.")
    return text


def require_hex(given: Sequence[str], signed: bytes, secrets: Sequence[str]) -> None:
    """One of the given signatures, in hexadecimal, must be that of one of the secrets."""
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode() for secret in secrets]
    require_any([one.lower().encode() for one in given], expected)


def require_base64(given: Sequence[str], signed: bytes, keys: Sequence[bytes]) -> None:
    """One of the given signatures, in base64, must be that of one of the keys."""
    expected = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys]
    require_any([one.encode() for one in given], expected)


def require_any(given: Sequence[bytes], expected: Sequence[bytes]) -> None:
    """Compares in constant time."""
    if not any(hmac.compare_digest(one, other) for one in given for other in expected):
        raise NotAuthentic("The signature does not match the body. Check that both sides use the same secret.")


def replay_key(scheme: bytes, content: bytes) -> str:
    """What is equal for two calls that are the same one."""
    return hashlib.sha256(scheme + b"\n" + content).hexdigest()

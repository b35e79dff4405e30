"""Digest authentication: RFC 7616, with `auth` as its only quality of protection, and RFC 2069 without any."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from backend.catalog.steps import StepFailed
from backend.common.egress import Response
from workers.http.auth.base import Authenticator, Send
from workers.http.request import Request

_PAIR = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES: Mapping[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA": lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA-512": lambda data: hashlib.sha512(data).hexdigest(),
}


@dataclass(frozen=True, slots=True)
class Digest(Authenticator):
    """User and password, proven without being sent."""

    username: str
    password: str = field(repr=False)
    nonce: Callable[[], str] = field(default=lambda: secrets.token_hex(8), repr=False)

    def sign(self, request: Request, send: Send) -> Request:
        """Nothing yet: the server's challenge comes first."""
        return request

    def answer(self, request: Request, response: Response, send: Send) -> Request | None:
        """The request again with the answer to the challenge."""
        challenge = _challenge(response) if response.status == 401 else None
        if challenge is None:
            return None
        return request.with_header("Authorization", self._answered(request, challenge))

    def secrets(self) -> Sequence[str]:
        """The password."""
        return (self.password,)

    def _answered(self, request: Request, challenge: Mapping[str, str]) -> str:
        digest, session = _hash(challenge.get("algorithm", "MD5"))
        realm, nonce, own = challenge.get("realm", ""), challenge.get("nonce", ""), self.nonce()
        parts = urlsplit(request.url)
        uri = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        who = digest(f"{self.username}:{realm}:{self.password}".encode())
        if session:
            who = digest(f"{who}:{nonce}:{own}".encode())
        what = digest(f"{request.method}:{uri}".encode())
        fields = {"username": self.username, "realm": realm, "nonce": nonce, "uri": uri}
        plain = {key: challenge[key] for key in ("algorithm",) if key in challenge}
        if "qop" in challenge:
            proof = digest(f"{who}:{nonce}:00000001:{own}:auth:{what}".encode())
            fields["cnonce"] = own
            plain |= {"qop": "auth", "nc": "00000001"}
        else:
            proof = digest(f"{who}:{nonce}:{what}".encode())
        fields |= {"response": proof} | {key: challenge[key] for key in ("opaque",) if key in challenge}
        quoted = [f'{key}="{_escaped(value)}"' for key, value in fields.items()]
        return "Digest " + ", ".join([*quoted, *(f"{key}={value}" for key, value in plain.items())])


def _challenge(response: Response) -> dict[str, str] | None:
    header = response.headers.get("www-authenticate", "")
    start = header.lower().find("digest ")
    if start < 0:
        return None
    found = {m[1].lower(): m[2] if m[2] is not None else m[3] for m in _PAIR.finditer(header[start + 7 :])}
    if "qop" in found and "auth" not in {word.strip() for word in found["qop"].split(",")}:
        raise StepFailed("The server wants digest authentication with auth-int, which is not supported.")
    return found


def _hash(algorithm: str) -> tuple[Callable[[bytes], str], bool]:
    name = algorithm.upper().removesuffix("-SESS")
    if name not in _HASHES:
        raise StepFailed(f"The server wants digest authentication by {algorithm[:40]}, which is not supported.")
    return _HASHES[name], algorithm.upper().endswith("-SESS")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

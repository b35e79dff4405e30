"""AWS Signature Version 4: of a request in its headers, or of an address in its query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from workers.http.auth.base import Authenticator, Send
from workers.http.request import Request, encoded

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_PORTS = {"http": 80, "https": 443}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SigV4(Authenticator):
    """An access key for one service in one region."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str
    service: str
    session_token: str = field(default="", repr=False)
    now: Callable[[], datetime] = field(default=_now, repr=False)

    def sign(self, request: Request, send: Send) -> Request:
        """The request with `Authorization` and the headers that it covers."""
        moment, payload = self.now(), hashlib.sha256(request.content or b"").hexdigest()
        request = _canonical_address(request).with_header("X-Amz-Date", _stamp(moment))
        if self.service == "s3":
            request = request.with_header("X-Amz-Content-Sha256", payload)
        if self.session_token:
            request = request.with_header("X-Amz-Security-Token", self.session_token)
        signed = {name.lower(): value for name, value in request.headers.items() if _is_signed(name)}
        signed["host"] = _host(request)
        proof = self._signature(request, signed, payload, moment)
        names = ";".join(sorted(signed))
        credential = f"{self.access_key_id}/{self._scope(moment)}"
        value = f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={proof}"
        return request.with_header("Authorization", value)

    def presign(self, request: Request, *, seconds: int) -> str:
        """An address that lets whoever has it make this one request for a while."""
        moment = self.now()
        params = {
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self.access_key_id}/{self._scope(moment)}",
            "X-Amz-Date": _stamp(moment),
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
        if self.session_token:
            params["X-Amz-Security-Token"] = self.session_token
        request = _canonical_address(replace(request, headers={}).with_params(params))
        proof = self._signature(request, {"host": _host(request)}, _UNSIGNED, moment)
        return f"{request.url}&X-Amz-Signature={proof}"

    def secrets(self) -> Sequence[str]:
        """The key, and the token of a temporary one."""
        return (self.secret_access_key, self.session_token)

    def _scope(self, moment: datetime) -> str:
        return f"{moment:%Y%m%d}/{self.region}/{self.service}/aws4_request"

    def _signature(self, request: Request, headers: dict[str, str], payload: str, moment: datetime) -> str:
        canonical = _canonical(request, headers, payload, twice=self.service != "s3")
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"{_ALGORITHM}\n{_stamp(moment)}\n{self._scope(moment)}\n{digest}"
        key = f"AWS4{self.secret_access_key}".encode()
        for word in (f"{moment:%Y%m%d}", self.region, self.service, "aws4_request"):
            key = _hmac(key, word)
        return _hmac(key, text).hex()


def _canonical_address(request: Request) -> Request:
    """The address in the one spelling that is both sent and signed."""
    parts = urlsplit(request.url)
    path = "/".join(quote(unquote(segment), safe="-._~") for segment in (parts.path or "/").split("/"))
    pairs = sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda pair: (quote(pair[0]), quote(pair[1])))
    return replace(request, url=urlunsplit((parts.scheme, parts.netloc, path, encoded(pairs), "")))


def _canonical(request: Request, headers: dict[str, str], payload: str, *, twice: bool) -> str:
    parts = urlsplit(request.url)
    path = quote(parts.path, safe="/-._~") if twice else parts.path  # every service but S3 encodes the path twice
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
    return "\n".join((request.method, path, parts.query, lines, ";".join(sorted(headers)), payload))


def _is_signed(name: str) -> bool:
    return name.lower().startswith("x-amz-") or name.lower() in {"content-type", "content-md5", "range"}


def _host(request: Request) -> str:
    parts = urlsplit(request.url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in {None, _PORTS.get(parts.scheme)} else f"{host}:{parts.port}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()

"""The HTTP client of everything that users configure: guarded, limited, and with redirects judged one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from backend.common.egress.errors import EgressNetworkError, InvalidRequest
from backend.common.egress.guard import Guard, Target
from backend.common.egress.policy import EgressPolicy
from backend.common.egress.response import Response
from backend.common.egress.tls import Tls

if TYPE_CHECKING:
    from backend.common.egress.transport import Watch

MAX_REDIRECTS = 5
TIMEOUT_SECONDS = 30.0
MAX_BYTES = 10_000_000

Params = Mapping[str, str | Sequence[str]]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# They say where the message ends and to whom it goes, which is the client's to decide.
_RESERVED = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "keep-alive", "expect"}
)
# Sent on to another host; anything else, whatever it is called, may be a credential.
_HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "user-agent"})
_OF_THE_BODY = frozenset({"content-type", "content-language", "content-encoding"})
_DEFAULTS = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": "Stepgraph"}


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    headers: Mapping[str, str]  # names in lower case
    content: bytes | None
    tls: Tls | None


def _never() -> bool:
    return False


class EgressClient:
    """Sends requests under a policy. Knows no state: safe to share between threads."""

    def __init__(self, policy: EgressPolicy, *, guard: Guard | None = None, tls: Tls | None = None) -> None:
        self._policy = policy
        self._guard = guard or Guard(policy)
        self._tls = tls

    def with_tls(self, tls: Tls | None) -> EgressClient:
        """The same client with other authorities or a certificate of its own."""
        return EgressClient(self._policy, guard=self._guard, tls=tls)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        content: bytes | None = None,
        timeout: float = TIMEOUT_SECONDS,
        max_bytes: int = MAX_BYTES,
        cancelled: Callable[[], bool] = _never,
    ) -> Response:
        """The answer after all redirects, whatever its status; `timeout` is for all of it, in seconds.

        Raises EgressError.
        """
        from backend.common.egress.transport import Watch

        watch = Watch(timeout, cancelled=cancelled)
        request = _Request(method.upper(), _checked(headers or {}), content, self._tls)
        target = self._guard.check(_with_params(url, params), timeout=watch.left(timeout))
        for _ in range(MAX_REDIRECTS + 1):
            response = _send(request, target, max_bytes=max_bytes, watch=watch)
            location = response.headers.get("location", "")
            if response.status not in _REDIRECTS or not location:
                return response
            request, target = self._follow(request, target, response, location, watch=watch, timeout=timeout)
        raise EgressNetworkError(f"More than {MAX_REDIRECTS} redirects, the last one to {target.host}.")

    def _follow(
        self, request: _Request, target: Target, response: Response, location: str, *, watch: Watch, timeout: float
    ) -> tuple[_Request, Target]:
        following = self._guard.check(_joined(target, location), timeout=watch.left(timeout))
        if following.origin != target.origin:
            # Neither credentials nor the certificate that says who is calling go to another place.
            tls = Tls(request.tls.authorities) if request.tls else None
            request = replace(request, headers=_only(request.headers, _HARMLESS), tls=tls)
        if _becomes_get(request.method, response.status):
            kept = {name: value for name, value in request.headers.items() if name not in _OF_THE_BODY}
            request = _Request("GET", kept, None, request.tls)
        return request, following


def _becomes_get(method: str, status: int) -> bool:
    return (status == 303 and method != "HEAD") or (status in {301, 302} and method == "POST")


def _only(headers: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in names}


def _send(request: _Request, target: Target, *, max_bytes: int, watch: Watch) -> Response:
    from backend.common.egress import transport

    headers = [(name.encode("ascii"), value.encode()) for name, value in request.headers.items()]
    return transport.send(
        request.method,
        target,
        headers=headers,
        content=request.content,
        max_bytes=max_bytes,
        watch=watch,
        tls=request.tls,
    )


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    checked = dict(_DEFAULTS)
    for name, value in headers.items():
        lower = name.strip().lower()
        if not _TOKEN.fullmatch(lower):
            raise InvalidRequest(f"“{name[:60]}” is not a valid header name.")
        if lower in _RESERVED:
            raise InvalidRequest(f"The header {name} is set by the system. Remove it.")
        if _CONTROL.search(value):
            raise InvalidRequest(f"The value of the header {name} contains a line break or a control character.")
        checked[lower] = value.strip()
    return checked


def _with_params(url: str, params: Params | None) -> str:
    if not params:
        return url
    address, _, _ = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(params, doseq=True)}"


def _joined(target: Target, location: str) -> str:
    import httpx

    try:
        # A header arrives as bytes; servers that send an address unencoded mean UTF-8.
        return str(target.url.join(location.encode("latin-1").decode("utf-8", "replace")))
    except (httpx.InvalidURL, ValueError) as exc:
        raise InvalidRequest(f"{target.host} redirects to an address that is not valid: {exc}") from exc

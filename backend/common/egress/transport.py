"""One request over one connection to an address that the guard has chosen."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpcore

from backend.common.egress.decoding import Collector
from backend.common.egress.errors import (
    EgressCancelled,
    EgressNetworkError,
    EgressTimeout,
    InvalidRequest,
    ResponseTooLarge,
)
from backend.common.egress.guard import Target
from backend.common.egress.response import Response
from backend.common.egress.tls import Tls, context_for

CONNECT_SECONDS = 5.0
_SLICE_SECONDS = 0.5  # how long a wait goes on before it looks whether the job was cancelled
_MAX_HEADER_BYTES = 65_536

Headers = Sequence[tuple[bytes, bytes]]


class Watch:
    """The time that is left for a whole request, and whether anybody still waits for it."""

    def __init__(self, seconds: float, *, cancelled: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._cancelled = cancelled

    def left(self, limit: float) -> float:
        """Seconds to wait at most, never more than `limit`; raises EgressTimeout or EgressCancelled."""
        if self._cancelled():
            raise EgressCancelled("The request was cancelled.")
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise EgressTimeout(f"No complete answer within {self._seconds:g} s.")
        return min(seconds, limit)


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the watch."""

    def __init__(self, inner: httpcore.NetworkStream, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            try:
                return self._inner.read(max_bytes, self._watch.left(_SLICE_SECONDS))
            except httpcore.ReadTimeout:
                continue  # `left` ends this

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        for start in range(0, len(view), _MAX_HEADER_BYTES):
            self._inner.write(bytes(view[start : start + _MAX_HEADER_BYTES]), self._watch.left(CONNECT_SECONDS * 2))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        wait = self._watch.left(timeout or CONNECT_SECONDS)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, wait), self._watch)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the addresses that were judged, whatever the name would resolve to by now."""

    def __init__(self, target: Target, watch: Watch) -> None:
        self._target = target
        self._watch = watch
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = EgressNetworkError(f"{host} has no address.")
        for address in self._target.addresses:
            wait = self._watch.left(timeout or CONNECT_SECONDS)
            try:
                stream = self._sockets.connect_tcp(address, port, wait, local_address, socket_options)
                return _Stream(stream, self._watch)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
        raise failure


def send(
    method: str,
    target: Target,
    *,
    headers: Headers,
    content: bytes | None,
    max_bytes: int,
    watch: Watch,
    tls: Tls | None = None,
) -> Response:
    """Sends one request and reads the whole answer; redirects are answers like any other."""
    pool = pinned_pool(target, watch, tls=tls)
    extensions = {"timeout": {"connect": CONNECT_SECONDS}}
    with (
        own_errors(target),
        pool,
        pool.stream(method, str(target.url), headers=headers, content=content, extensions=extensions) as answer,
    ):
        return _read(answer, url=str(target.url), max_bytes=max_bytes)


def pinned_pool(target: Target, watch: Watch, *, tls: Tls | None = None) -> httpcore.ConnectionPool:
    """Connections to the judged addresses of a target, none of them kept."""
    return httpcore.ConnectionPool(
        ssl_context=context_for(tls), network_backend=_Pinned(target, watch), max_keepalive_connections=0
    )


def _read(answer: httpcore.Response, *, url: str, max_bytes: int) -> Response:
    if sum(len(name) + len(value) for name, value in answer.headers) > _MAX_HEADER_BYTES:
        raise ResponseTooLarge(f"The headers of the answer are larger than {_MAX_HEADER_BYTES:,} bytes.")
    headers = _joined(answer.headers)
    body = Collector(headers.get("content-encoding", ""), max_bytes=max_bytes)
    for piece in answer.iter_stream():
        body.add(piece)
    return Response(answer.status, headers, body.content(), url)


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


@contextmanager
def own_errors(target: Target) -> Iterator[None]:
    """Errors of the HTTP library as ours."""
    try:
        yield
    except httpcore.TimeoutException as exc:
        raise EgressTimeout(f"{target.host} did not answer in time.") from exc
    except httpcore.LocalProtocolError as exc:
        raise InvalidRequest(f"The request cannot be sent: {exc}") from exc
    except (httpcore.NetworkError, httpcore.ProtocolError) as exc:
        raise EgressNetworkError(f"The connection to {target.host} at port {target.port} failed: {exc}") from exc

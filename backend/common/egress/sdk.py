"""The guard for libraries that bring their own HTTP client: a transport that sends through it.

Each redirect is a request of its own, so that it is judged too; the clients made here follow none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpcore
import httpx2

from backend.common.egress.errors import EgressNetworkError, ResponseTooLarge
from backend.common.egress.guard import Guard, Target
from backend.common.egress.policy import EgressPolicy
from backend.common.egress.transport import CONNECT_SECONDS, Watch, own_errors, pinned_pool

MAX_BYTES = 20_000_000


def guarded_client(
    policy: EgressPolicy, *, seconds: float, cancelled: Callable[[], bool], headers: dict[str, str] | None = None
) -> httpx2.Client:
    """A client for one call of a library: `seconds` are for all of it, whatever the library itself waits for."""
    transport = GuardedTransport(Guard(policy), watch=Watch(seconds, cancelled=cancelled))
    return httpx2.Client(
        transport=transport, trust_env=False, follow_redirects=False, timeout=seconds, headers=headers or {}
    )


class GuardedTransport(httpx2.BaseTransport):
    """Judges the address of each request, and connects to what was judged."""

    def __init__(self, guard: Guard, *, watch: Watch) -> None:
        self._guard = guard
        self._watch = watch

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends it. Raises EgressError, which libraries pass on as the cause of their own errors."""
        target = self._guard.check(str(request.url), timeout=self._watch.left(CONNECT_SECONDS * 2))
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"accept-encoding"]
        headers.append((b"Accept-Encoding", b"identity"))  # so that what is counted is what is kept
        pool = pinned_pool(target, self._watch)
        sent = httpcore.Request(
            request.method, str(target.url), headers=headers, content=request.read() or None,
            extensions={"timeout": {"connect": CONNECT_SECONDS}},
        )  # fmt: skip
        try:
            with own_errors(target):
                answer = pool.handle_request(sent)
        except BaseException:
            pool.close()
            raise
        body = _Body(answer, pool, target)
        if {name.lower(): value for name, value in answer.headers}.get(b"content-encoding", b"") not in {
            b"",
            b"identity",
        }:
            body.close()
            raise EgressNetworkError(f"{target.host} sends a compressed answer that was not asked for.")
        return httpx2.Response(answer.status, headers=answer.headers, stream=body)


class _Body(httpx2.SyncByteStream):
    """The answer as it comes, up to a limit."""

    def __init__(self, answer: httpcore.Response, pool: httpcore.ConnectionPool, target: Target) -> None:
        self._answer = answer
        self._pool = pool
        self._target = target

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        with own_errors(self._target):
            for piece in self._answer.iter_stream():
                size += len(piece)
                if size > MAX_BYTES:
                    raise ResponseTooLarge(f"The answer is larger than {MAX_BYTES:,} bytes.")
                yield piece

    def close(self) -> None:
        self._answer.close()
        self._pool.close()

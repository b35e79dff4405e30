"""The guard for libraries that open their own connections: inside the context, names stand only for judged addresses.

Python's own networking looks every name up by `socket.getaddrinfo` before it connects, and then connects to what that
answered; so an answer that has been judged is the address that is reached.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from backend.common.egress.guard import Guard
from backend.common.egress.policy import EgressPolicy

_LOOK_UP_SECONDS = 10.0
_system = socket.getaddrinfo
_guard: ContextVar[tuple[Guard, frozenset[int]] | None] = ContextVar("egress_guard", default=None)
_installing = Lock()


@contextmanager
def guarded_names(policy: EgressPolicy, *, ports: frozenset[int] = frozenset()) -> Iterator[None]:
    """Judges every name that this thread looks up meanwhile; `ports` are allowed besides the usual ones.

    Lookups raise EgressError, which such libraries let through or turn into a failure of theirs.
    """
    with _installing:
        if socket.getaddrinfo is not _judged:
            socket.getaddrinfo = _judged
    token = _guard.set((Guard(policy), ports))
    try:
        yield
    finally:
        _guard.reset(token)


def _judged(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
    active = _guard.get()
    if active is None:
        return _system(host, port, *args, **kwargs)
    guard, ports = active
    name = host.decode("idna") if isinstance(host, bytes) else str(host or "")
    number = port if isinstance(port, int) else socket.getservbyname(str(port)) if port else 0
    found: list[Any] = []
    for address in guard.addresses(name, number, timeout=_LOOK_UP_SECONDS, ports=ports):
        found += _system(address, port, *args, **kwargs)
    return found

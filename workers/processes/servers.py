"""The two HTTP programs: `web` (WSGI, half the cost of ASGI for database work) and `live` (ASGI, for streams)."""

from __future__ import annotations

from pathlib import Path

from granian.constants import Interfaces
from granian.server import Server as Granian


def web(*, socket: Path | None, address: str, port: int, processes: int) -> None:
    """Serves everything but event streams; a request that waits for a job holds one of the threads."""
    _serve("backend.wsgi:application", Interfaces.WSGI, socket, address, port, processes, threads=24)


def live(*, socket: Path | None, address: str, port: int) -> None:
    """Serves event streams, all of them in one event loop."""
    _serve("backend.asgi:application", Interfaces.ASGI, socket, address, port, 1, threads=None)


def _serve(
    target: str,
    interface: Interfaces,
    socket: Path | None,
    address: str,
    port: int,
    processes: int,
    threads: int | None,
) -> None:
    if socket is not None:
        socket.unlink(missing_ok=True)
    Granian(
        target,
        address=address,
        port=port,
        uds=socket,
        uds_permissions=0o600 if socket else None,
        interface=interface,
        workers=processes,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=3,
        log_access=False,
        log_enabled=False,
    ).serve()

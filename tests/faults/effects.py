"""The world outside: a process of its own that answers requests and keeps a line for each in a file."""

from __future__ import annotations

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def serve(log: Path) -> tuple[int, int]:
    """Starts it; answers its process id and its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(log))
    pid = os.fork()
    if pid:
        server.socket.close()
        return pid, server.server_address[1]
    server.serve_forever()
    raise SystemExit


def _handler(log: Path) -> type[BaseHTTPRequestHandler]:
    seen: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            key = self.headers["Idempotency-Key"]
            descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(descriptor, f"{key}\n".encode())  # one write: lines of several threads never mix
            os.close(descriptor)
            body = b'{"n": 1}'
            self.send_response(_status(self.path.strip("/"), key, seen))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _status(path: str, key: str, seen: set[str]) -> int:
    """The status that the path names; `second` answers well from the second call of a step on."""
    if path == "second" and key not in seen:
        seen.add(key)
        return 503
    return int(path) if path.isdecimal() else 200


def counted(log: Path) -> dict[tuple[str, str], int]:
    """How often each step of each job had its effect: (job, path) → calls."""
    found: dict[tuple[str, str], int] = {}
    for line in log.read_text().splitlines() if log.exists() else ():
        job, _, path = line.partition("/")
        found[job, path] = found.get((job, path), 0) + 1
    return found

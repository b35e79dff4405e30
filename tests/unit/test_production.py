"""How programs start in production: what they say when something is missing, and how one looks after them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from workers.processes import probe

ROOT = Path(__file__).resolve().parents[2]


def _manage(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    values = {"PATH": os.environ["PATH"], "STEPGRAPH_HOME": str(home), **environment}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=values, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("program", ["web", "live", "worker", "scheduler"])
def test_a_program_names_everything_that_is_missing_once(program, tmp_path):
    done = _manage(program, home=tmp_path)

    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    for name in ("SECRET_KEY", "STEPGRAPH_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL"):
        assert last.count(name) == 1
    assert not list(tmp_path.iterdir())  # no key was made up


def test_the_sandbox_service_needs_no_key_but_its_own_and_says_plainly_what_is_wrong(tmp_path):
    done = _manage("sandbox", "serve", home=tmp_path, STEPGRAPH_SANDBOX_URL="tcp://127.0.0.1:7000?key=short")

    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The sandbox's address must be")


class _Page(BaseHTTPRequestHandler):
    """Answers 200 to one host name, as the programs do."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "flows.example.com"
        body = b"well" if known else b"unknown host"
        self.send_response(200 if known else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def _page() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_probe_asks_by_the_name_of_the_base_url(monkeypatch):
    with _page() as port:
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("STEPGRAPH_BASE_URL", "https://flows.example.com")
        well = probe.main("/health/ready")
        monkeypatch.setenv("STEPGRAPH_BASE_URL", "https://other.example.com")
        ill = probe.main("/health/ready")

    assert well == ""
    assert ill == "/health/ready answers 400: unknown host"


def test_the_probe_says_when_nobody_answers(monkeypatch):
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("STEPGRAPH_SANDBOX_URL", "tcp://127.0.0.1:1?key=0123456789abcdef")

    assert probe.main("/health/live").startswith("/health/live is not answered")
    assert probe.main("sandbox").startswith("The sandbox service does not answer")


def test_a_probe_that_is_well_exits_with_0():
    with _page() as port:
        done = subprocess.run(
            [sys.executable, "-m", "workers.processes.probe", "/health/live"],
            cwd=ROOT,
            env={"PORT": str(port), "STEPGRAPH_BASE_URL": "https://flows.example.com"},
            timeout=30,
            check=False,
        )

    assert done.returncode == 0

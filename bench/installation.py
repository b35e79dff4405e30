"""An installation for benchmarks: Redis, web, worker and sandbox service as processes of their own, on a database."""

from __future__ import annotations

import json
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psycopg

from bench import floor, load
from sandboxes.client import SandboxClient
from sandboxes.errors import SandboxUnavailable
from tests import programs
from tests.programs import manage, running
from tests.services import own_database, redis_server
from tests.stack import free_port

Workflows = dict[str, list[dict[str, Any]]]
_ROUNDS = 5
_WARM_WITHIN = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Installation:
    """Its webhooks by workflow: `now` answers at once, `wait` when the job has ended."""

    database: str
    now: dict[str, str]
    wait: dict[str, str]
    worker: int  # its process id
    floor: floor.Floor
    count: Callable[[], int]  # jobs that have succeeded

    def finish(self, name: str, number: int) -> float:
        """Seconds for so many jobs, from the first call to the last end."""
        before = self.count()
        started = time.perf_counter()
        load.send(self.now[name], number=number, connections=8, body="{}")
        while self.count() < before + number:
            time.sleep(0.02)
        return time.perf_counter() - started

    def answer(self, name: str, *, rounds: int = _ROUNDS) -> float:
        """The median time of a call that waits for its job, after one that warms up."""
        return statistics.median(load.in_turn(self.wait[name], number=rounds + 1, body="{}")[1:])


@contextmanager
def installed(home: Path, database: str, workflows: Callable[[str], Workflows]) -> Iterator[Installation]:
    """With these workflows, which are given an address that answers after a second, and a connector `target`."""
    with ExitStack() as stack:
        redis, port = stack.enter_context(redis_server()), free_port()
        url = f"sqlite:///{home}/stepgraph.db" if database == "SQLite" else own_database("bench_whole")
        environment = programs.environment(
            home, DATABASE_URL=url, REDIS_URL=redis.url, PORT=str(port), STEPGRAPH_EGRESS_ALLOW="127.0.0.0/8"
        )
        manage(environment, "migrate", "--verbosity", "0")
        least = floor.measure(redis.url, url, log=home / "floor.log")
        web = ["manage.py", "web", "--address", "127.0.0.1", "--port", str(port)]
        stack.enter_context(running(home / "web.log", environment, *web))
        load.wait_until_answering(load.address_of(port, "/health/live"), log=home / "web.log")
        outside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stepgraph-bench-")))
        _connect(environment, port, outside / "target.db")
        hooks = _imported(home, environment, workflows(stack.enter_context(answering(after=1))))
        stack.enter_context(running(home / "sandbox.log", environment, "manage.py", "sandbox", "serve"))
        _wait_until_warm(SandboxClient(f"unix://{home}/sandbox.sock"))
        worker = stack.enter_context(running(home / "worker.log", environment, "manage.py", "worker"))
        now, wait = (
            {name: load.address_of(port, f"/hooks/{both[place]}") for name, both in hooks.items()} for place in (0, 1)
        )
        yield Installation(database, now, wait, worker.pid, least, stack.enter_context(_counting(url)))


def _wait_until_warm(sandbox: SandboxClient) -> None:
    """Until the sandbox service has made what it keeps ready, which takes both cores for two seconds."""
    deadline = time.monotonic() + _WARM_WITHIN
    while time.monotonic() < deadline:
        with suppress(SandboxUnavailable):
            if _is_warm(sandbox.stats()):
                return
        time.sleep(0.1)
    raise RuntimeError(f"The sandbox service was not ready within {_WARM_WITHIN:.0f} seconds.")


def _is_warm(stats: dict[str, Any]) -> bool:
    if stats["isolation"] != "docker":
        return True  # the others keep nothing ready
    pool = stats.get("pool")
    usual = sum(language["available"] for language in stats["languages"].values())
    return pool is not None and pool["ready"] >= usual and not pool["warming"]


def _imported(home: Path, environment: dict[str, str], workflows: Workflows) -> dict[str, list[str]]:
    """The tokens of the two webhooks of each workflow."""
    files = [home / f"{name}.json" for name in workflows]
    for file, (name, steps) in zip(files, workflows.items(), strict=True):
        triggers = [
            {"id": "now", "type": "webhook", "respond": "immediately"},
            {"id": "wait", "type": "webhook", "respond": "when_finished", "timeout": 300},
        ]
        document = {"stepgraph": 1, "name": f"Bench {name}", "steps": steps, "triggers": triggers}
        file.write_text(json.dumps(document))
    printed = json.loads(manage(environment, "workflow", "import", *map(str, files), "--publish", "--json"))
    tokens = [[address.split("/hooks/")[1] for address in entry["webhooks"]] for entry in printed]
    return dict(zip(workflows, tokens, strict=True))


def create_users(path: Path) -> None:
    """A SQLite file with a table that takes rows."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE users (email text, name text)")


def _connect(environment: dict[str, str], port: int, path: Path) -> None:
    create_users(path)
    key = manage(environment, "create_api_key", "--name", "bench", "--scope", "admin").strip()
    values = {"name": "target", "slug": "target", "type": "sqlite", "config": {"path": str(path)}}
    url = load.address_of(port, "/api/connectors/")
    httpx.post(url, json=values, headers={"X-API-Key": key}, timeout=60).raise_for_status()


@contextmanager
def answering(*, after: float) -> Iterator[str]:
    """The address of a server that answers after so many seconds."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(after)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _counting(url: str) -> Iterator[Callable[[], int]]:
    query = "SELECT count(*) FROM jobs_job WHERE status = 'SUCCESS'"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as file:
            yield lambda: int(file.execute(query).fetchone()[0])
        return
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda: int((connection.execute(query).fetchone() or (0,))[0])

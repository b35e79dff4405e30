"""Accepting calls of a webhook, against a bare Django view that inserts one row, on both databases, in one run.

A value says how many times the bare view is as fast: above 2 for calls answered at once would worry us. The calls that
wait for a job of three steps stand beside the same view; n8n's own figures for such calls are 27 to 84 a second on two
cores, so that fewer than 420 a second would be worth a look on two idle ones.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import load
from bench.load import Load
from bench.ratio import Ratio
from tests.programs import environment, manage, running
from tests.services import RedisServer, own_database, redis_server
from tests.stack import free_port

_SECONDS = 4.0
_CONNECTIONS = (1, 10, 50)
_BODY = json.dumps({"order": 7, "lines": [{"sku": "a", "count": 2}, {"sku": "b", "count": 1}]})
_DEFINITION = {
    "stepgraph": 1,
    "name": "Bench",
    "steps": [
        {"id": "read", "type": "transform", "config": {"values": {"order": "webhook_payload.order"}}},
        {"id": "big", "type": "condition", "after": ["read"], "config": {"expression": "read.order > 5"}},
        {"id": "out", "type": "output", "after": ["big.true", "big.false"], "config": {"values": {"o": "read.order"}}},
    ],
    "triggers": [
        {"id": "now", "type": "webhook", "respond": "immediately"},
        {"id": "wait", "type": "webhook", "respond": "when_finished"},
    ],
}


def measure() -> Iterator[Ratio]:
    """Every database, way of answering and number of connections."""
    for database in ("SQLite", "PostgreSQL"):
        for kind in ("now", "wait"):
            # Accepting is measured by itself; what waits needs a worker, which takes its share of the machine.
            worker = kind == "wait"
            with (
                tempfile.TemporaryDirectory(prefix="stepgraph-bench-") as home,
                _servers(Path(home), database, with_worker=worker) as urls,
            ):
                for connections in _CONNECTIONS:
                    yield _compared(database, kind, connections, urls)


def _compared(database: str, kind: str, connections: int, urls: dict[str, str]) -> Ratio:
    base = load.measure(urls["bare"], connections=connections, seconds=_SECONDS, body=_BODY)
    ours = load.measure(urls[kind], connections=connections, seconds=_SECONDS, body=_BODY)
    answered = "at once" if kind == "now" else "by a job of three steps"
    name = f"webhook answered {answered}, {connections} at a time, {database}, against a bare insert"
    return Ratio(name, _ratio(ours, base), ours=str(ours), base=str(base))


def _ratio(ours: Load, base: Load) -> float:
    return base.per_second / ours.per_second if ours.per_second else float("inf")


@contextmanager
def _servers(home: Path, database: str, *, with_worker: bool) -> Iterator[dict[str, str]]:
    """Web, worker and the bare view, each a process of its own."""
    with ExitStack() as stack:
        redis: RedisServer = stack.enter_context(redis_server())
        port, bare_port = free_port(), free_port()
        ours = _environment(home, database, "stepgraph") | {"REDIS_URL": redis.url, "PORT": str(port)}
        manage(ours, "migrate", "--verbosity", "0")
        (home / "bench.json").write_text(json.dumps(_DEFINITION))
        printed = manage(ours, "workflow", "import", str(home / "bench.json"), "--publish", "--json")
        hooks = [address.split("/hooks/")[1] for address in json.loads(printed)[0]["webhooks"]]
        web = ["manage.py", "web", "--address", "127.0.0.1", "--port", str(port)]
        stack.enter_context(running(home / "web.log", ours, *web))
        if with_worker:
            stack.enter_context(running(home / "worker.log", ours, "manage.py", "worker"))
        theirs = _environment(home, database, "bare")
        stack.enter_context(running(home / "bare.log", theirs, "-m", "bench.bare", str(bare_port)))
        urls = {
            kind: load.address_of(port, f"/hooks/{hook}") for kind, hook in zip(("now", "wait"), hooks, strict=True)
        }
        urls["bare"] = load.address_of(bare_port, "/")
        load.wait_until_answering(load.address_of(port, "/health/live"), log=home / "web.log")
        load.wait_until_answering(urls["bare"], log=home / "bare.log")
        if with_worker:
            load.measure(urls["wait"], connections=1, seconds=2, body=_BODY)  # until the worker has warmed up
        yield urls


def _environment(home: Path, database: str, name: str) -> dict[str, str]:
    url = f"sqlite:///{home}/{name}.db" if database == "SQLite" else own_database(f"bench_{name}")
    return environment(home, DATABASE_URL=url)

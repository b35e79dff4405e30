"""The least that a job can cost: a bare Celery task and its answer, and a bare durable commit.

`python -m bench.floor REDIS_URL` is the worker of those tasks.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from celery import Celery

from backend.celery import make_app
from backend.queue import WAKE_QUEUE
from tests.programs import running

_TASK, _ANSWERS = "bench.bare", "bench:answers"
_TASKS, _COMMITS = 500, 300
_ROW = "x" * 900  # about what is kept of a step


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds."""

    task: float  # for each of many tasks, from the first message to the last answer
    round_trip: float  # of one task alone
    commit: float

    @property
    def job(self) -> float:
        """A job must be heard of once, and be written down twice: when it is accepted and when it has ended."""
        return self.task + 2 * self.commit


def measure(redis_url: str, database_url: str, *, log: Path) -> Floor:
    """With a worker of its own, on the Redis and the database of the installation that it is compared with."""
    with _worker(redis_url, log) as app, closing(redis.Redis.from_url(redis_url)) as client:
        ask(app, client, 20)
        single = [_seconds(lambda: ask(app, client, 1)) for _ in range(30)]
        many = _seconds(lambda: ask(app, client, _TASKS)) / _TASKS
    return Floor(task=many, round_trip=statistics.median(single), commit=_commit(database_url))


def ask(app: Celery, client: redis.Redis, number: int) -> None:
    """Sends tasks and waits for their answers."""
    for _ in range(number):
        app.send_task(_TASK, queue=WAKE_QUEUE, ignore_result=True)
    for _ in range(number):
        if client.brpop([_ANSWERS], timeout=60) is None:
            raise TimeoutError("a bare task was not answered")


@contextmanager
def _worker(redis_url: str, log: Path) -> Iterator[Celery]:
    with running(log, os.environ, "-m", "bench.floor", redis_url):
        yield make_app(redis_url)


def _commit(database_url: str) -> float:
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # as the product has it
            connection.execute("CREATE TABLE IF NOT EXISTS bare_commit (body text)")
            statement = "INSERT INTO bare_commit VALUES (?)"
            return _median(lambda: connection.execute(statement, [_ROW]))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare_commit (body text)")
        return _median(lambda: connection.execute("INSERT INTO bare_commit VALUES (%s)", [_ROW]))


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(_COMMITS))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Answers every task with one entry in a list."""
    url = sys.argv[1]
    app, client = make_app(url), redis.Redis.from_url(url)
    app.conf.imports = []

    @app.task(name=_TASK)
    def bare() -> None:
        client.lpush(_ANSWERS, b"1")

    app.Worker(
        pool_cls="threads", concurrency=4, queues=[WAKE_QUEUE], loglevel="WARNING", quiet=True,
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    ).start()  # fmt: skip


if __name__ == "__main__":
    main()

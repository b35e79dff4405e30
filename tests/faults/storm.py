"""Everything at once: the product's own processes with a real broker, schedulers and sandboxes, and all goes wrong.

Workers, schedulers and the sandbox service are killed or stopped; Redis is emptied, and killed; messages are stolen,
repeated and late; connections to the database break; clocks jump.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from backend.queue import WAKE_QUEUE
from tests.faults import clocks, orphans, processes
from tests.faults.corpus import CASES, SCRIPTS
from tests.faults.world import World, world
from tests.services import RedisServer

_WORKERS, _SCHEDULERS = 3, 2
_PAUSE = processes.LEASE_SECONDS * 1.6


def rage(*, seconds: float, seed: int, finish: Callable[..., list[str]], say: Callable[[str], None]) -> list[str]:
    """Runs it, waits until all has come to rest, and answers what does not hold."""
    dice = random.Random(seed)
    clocks.bend()
    with world(sweeps=False) as found, _raised(dice) as storm:
        jobs = _blow(storm, found, until=time.monotonic() + seconds)
        storm.calm()
        problems = finish(found, jobs)
        problems += orphans.of_jobs()
    problems += orphans.of_service()
    counted = ", ".join(f"{name} {count}" for name, count in sorted(storm.counts.items()))
    say(f"{len(jobs)} jobs, {storm.faults} faults ({counted}), seed {seed}")
    return problems


def _blow(storm: Storm, found: World, *, until: float) -> dict[Any, Any]:
    jobs: dict[Any, Any] = {}
    cases = [*CASES * 2, *SCRIPTS]
    while time.monotonic() < until:
        for _ in range(storm.dice.randrange(5, 12)):
            case = storm.dice.choice(cases)
            with suppress(DatabaseError):  # nobody was told that it was accepted; it may be there all the same
                jobs[found.create(case.name).id] = case
                storm.ring()
        found.wait_until(lambda: True)
        storm.strike()
        time.sleep(storm.dice.uniform(0.2, 0.7))
    return jobs


@contextmanager
def _raised(dice: random.Random) -> Iterator[Storm]:
    with _redis() as server:
        storm = Storm(dice, server)
        try:
            storm.start()
            yield storm
        finally:
            storm.end()


@contextmanager
def _redis() -> Iterator[RedisServer]:
    """At the address that the settings name, which all processes know."""
    server = RedisServer(settings.STEPGRAPH_HOME)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Storm:
    """The processes of an installation, and what is done to them."""

    dice: random.Random
    redis: RedisServer
    counts: dict[str, int] = field(default_factory=dict)
    _workers: list[int] = field(default_factory=list)
    _schedulers: list[int] = field(default_factory=list)
    _sandbox: int = 0
    _thief: int = 0
    _wakers: list[int] = field(default_factory=list)  # processes that let stopped ones go on
    _redis_back: float = 0.0  # when Redis starts again; 0 while it runs
    _message: bytes = b""

    @property
    def faults(self) -> int:
        """How many there were."""
        return sum(self.counts.values())

    def start(self) -> None:
        """All of them."""
        self._message = _a_message()
        self._sandbox = processes.start_sandbox(settings.STEPGRAPH_SANDBOX_URL)
        self._thief = processes.fork(partial(_steal, self.dice.randrange(10**6)))
        self._workers = [processes.start_celery_worker(clock=0) for _ in range(_WORKERS)]
        self._schedulers = [processes.start_scheduler(clock=0) for _ in range(_SCHEDULERS)]

    def ring(self) -> None:
        """A job's bell, as a copy of a true message; none while Redis is away."""
        with suppress(redis.RedisError), closing(redis.Redis.from_url(settings.REDIS_URL)) as client:
            client.lpush(WAKE_QUEUE, self._message)

    def strike(self) -> None:
        """One fault; and Redis comes back from an earlier one."""
        self._redis_may_return(time.monotonic())
        deeds: dict[Callable[[], None], int] = {
            self.kill_worker: 6, self.stop_worker: 2, self.retire_worker: 2, self.kill_scheduler: 3,
            self.kill_sandbox: 1, self.empty_redis: 2, self.kill_redis: 1, self.repeat_messages: 3,
            self.break_connections: 2, self.jump: 2,
        }  # fmt: skip
        (deed,) = self.dice.choices(list(deeds), weights=list(deeds.values()))
        self.counts[deed.__name__] = self.counts.get(deed.__name__, 0) + 1
        deed()

    def calm(self) -> None:
        """Nothing more goes wrong, but the thief is still about."""
        self._redis_may_return(float("inf"))

    def end(self) -> None:
        """Ends all processes, the sandbox service by asking it."""
        for pid in (self._thief, *self._wakers, *self._workers, *self._schedulers):
            processes.reap(pid)
        processes.reap(self._sandbox, sign=signal.SIGTERM)

    # --- deeds ------------------------------------------------------------------------------------------------------

    def kill_worker(self) -> None:
        self._replace_worker(signal.SIGKILL)

    def retire_worker(self) -> None:
        self._replace_worker(signal.SIGTERM)

    def stop_worker(self) -> None:
        self._wakers.append(processes.stop(self.dice.choice(self._workers), seconds=_PAUSE))

    def kill_scheduler(self) -> None:
        place = self.dice.randrange(_SCHEDULERS)
        processes.reap(self._schedulers[place])
        self._schedulers[place] = processes.start_scheduler(clock=self._wrong())

    def kill_sandbox(self) -> None:
        processes.reap(self._sandbox)
        self._sandbox = processes.start_sandbox(settings.STEPGRAPH_SANDBOX_URL)

    def empty_redis(self) -> None:
        with suppress(redis.RedisError), closing(redis.Redis.from_url(settings.REDIS_URL)) as client:
            client.flushall()

    def kill_redis(self) -> None:
        self.redis.kill()
        self._redis_back = time.monotonic() + self.dice.uniform(0.5, 2.5)

    def repeat_messages(self) -> None:
        for _ in range(10):
            self.ring()

    def break_connections(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    def jump(self) -> None:
        """Far ahead, as a clock that is set right at last, or a little back."""
        clocks.jump(self.dice.choice([600.0, 30.0, -1.5]))

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _replace_worker(self, sign: signal.Signals) -> None:
        place = self.dice.randrange(_WORKERS)
        processes.reap(self._workers[place], sign=sign)
        self._workers[place] = processes.start_celery_worker(clock=self._wrong())

    def _wrong(self) -> float:
        return self.dice.choice([0.0, 0.0, 3600.0, -3600.0, 7.5])

    def _redis_may_return(self, now: float) -> None:
        if self._redis_back and self._redis_back <= now:
            self._redis_back = 0.0
            self.redis.start()


def _a_message() -> bytes:
    """One as the product sends it: sent by a process of its own, since this one must stay without threads."""

    def send() -> None:
        from backend import queue

        queue._send()

    os.waitpid(processes.fork(send), 0)
    with closing(redis.Redis.from_url(settings.REDIS_URL)) as client:
        found = client.rpop(WAKE_QUEUE)
        client.flushall()
    if not isinstance(found, bytes):
        raise TypeError("the product has sent no message")
    return found


def _steal(seed: int) -> None:
    """Takes messages from under the workers: half of them are lost, the others come late, and three times."""
    dice = random.Random(seed)
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5)
    while True:
        try:
            found = client.brpop([WAKE_QUEUE], timeout=1)
            if found is not None and dice.random() < 0.5:
                time.sleep(dice.uniform(0, 0.3))
                client.lpush(WAKE_QUEUE, *[found[1]] * 3)
        except redis.RedisError:
            time.sleep(0.2)

"""Drives the fault suite in a process without threads, so that it can fork workers that start at once.

`python -m tests.faults.drive WHAT`; the database is that of DATABASE_URL. Prints what went wrong, and ends with 1 then.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any

import django
from django.db import connections

_VICTIMS = 3  # workers that are killed at their places in one round
_LIES = 5  # lost answers in one round
_DEADLINE = float(os.environ.get("STEPGRAPH_FAULT_DEADLINE", "840"))  # seconds for all of it
SECONDS = float(os.environ.get("STEPGRAPH_FAULT_SECONDS", "12"))


def set_up() -> None:
    """Django with an empty database, and no broker at all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    from backend import queue
    from backend.events import bus

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}  # from the models: much quicker
    call_command("migrate", run_syncdb=True, verbosity=0)
    for bell in (queue.bell, queue.others_bell):
        bell.ring = lambda: None  # type: ignore[method-assign] # every message is lost
    bus._publish = lambda _: None
    _load()
    connections.close_all()


def _load() -> None:
    """All that the processes need is imported before they are forked: each of them would do it again."""

    import workers.engine.owner.host
    import workers.processes.scheduler
    import workers.tasks  # noqa: F401
    from backend.catalog.connectors import ConnectorType
    from backend.catalog.steps import StepType

    StepType.registry.load()
    ConnectorType.registry.load()


def every_point(hits: tuple[int, ...]) -> list[str]:
    """Workers are killed at every place, some at a time, at their first or a later visit; another one goes on."""
    from backend.common import faultpoints
    from tests.faults.processes import reap, start_worker
    from tests.faults.world import world

    problems: list[str] = []
    killed, count = 0, 0
    with world() as found:
        for points in _some_at_a_time(faultpoints.NAMES, hits, _VICTIMS):
            jobs = {**_one_of_each(found), **_one_of_each(found)}
            count += len(jobs)
            victims = [start_worker(f"{name}=kill:{hit}") for name, hit in points]
            dead: set[int] = set()
            found.wait_until(lambda v=victims, d=dead: _all_dead(v, d) or not found.live(), seconds=45)
            heir = start_worker()
            problems += _outcome(found, jobs, where=f"killed at {points}")
            problems += found.watch.repeated_after_their_end()
            _all_dead(victims, dead)  # a busy machine may have brought some there only now
            killed += len(dead)
            for pid in (*victims, heir):
                if pid not in dead:
                    reap(pid)
            if problems:
                return problems
    _say(f"{count} jobs, {killed} of {len(faultpoints.NAMES) * len(hits)} workers killed at their places")
    if killed < len(faultpoints.NAMES) * len(hits) * 2 / 3:
        problems.append("the places are not reached any more")
    return problems


def _all_dead(pids: list[int], dead: set[int]) -> bool:
    from tests.faults.processes import is_dead

    dead |= {pid for pid in pids if pid not in dead and is_dead(pid)}
    return len(dead) == len(pids)


def every_lie(hits: tuple[int, ...]) -> list[str]:
    """At every place answers of the database are lost: the worker lives, and does not know whether it was done."""
    from backend.common import faultpoints
    from tests.faults.processes import is_dead, reap, start_worker
    from tests.faults.world import world

    problems: list[str] = []
    count = 0
    with world() as found:
        for points in _some_at_a_time(faultpoints.LIES, hits, _LIES):
            jobs = _one_of_each(found)
            count += len(jobs)
            worker = start_worker(" ".join(f"{name}=lie:{hit}" for name, hit in points))
            problems += _outcome(found, jobs, where=f"lied to at {points}")
            if is_dead(worker):
                problems.append(f"lied to at {points}: the worker died of it")
            reap(worker)
            if problems:
                return problems
    _say(f"{count} jobs, {len(faultpoints.LIES) * len(hits)} answers lost")
    return problems


def _some_at_a_time(names: tuple[str, ...], hits: tuple[int, ...], most: int) -> Iterator[list[tuple[str, int]]]:
    """Places that are far apart in the list, so that they are of different kinds; each name once in a group."""
    rounds = -(-len(names) // most)
    for hit in hits:
        yield from ([(name, hit) for name in names[first::rounds]] for first in range(rounds))


def at_random(seed: int) -> list[str]:
    """Workers are killed, or stopped beyond their lease, at random; and the wall clocks of some are wrong."""
    from tests.faults.corpus import CASES
    from tests.faults.processes import LEASE_SECONDS, is_dead, reap, start_worker, stop
    from tests.faults.world import world

    dice = random.Random(seed)
    with world() as found:
        jobs: dict[Any, Any] = {}
        workers = [start_worker() for _ in range(2)]
        kills, deadline = 0, time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for _ in range(3):
                case = dice.choice(CASES)
                jobs[found.create(case.name).id] = case
            found.wait_until(lambda: True)
            time.sleep(dice.uniform(0.1, 0.6))
            victim = dice.randrange(2)
            kills += 1
            if dice.random() < 0.3:
                waker = stop(workers[victim], seconds=LEASE_SECONDS * 1.6)
                found.wait_until(lambda waker=waker: is_dead(waker))
                continue
            reap(workers[victim], sign=signal.SIGKILL if dice.random() < 0.8 else signal.SIGTERM)
            workers[victim] = start_worker(clock=dice.choice([0.0, 3600.0, -3600.0]))
        problems = _outcome(found, jobs)
        for pid in workers:
            reap(pid)
    _say(f"{len(jobs)} jobs, {kills} faults, seed {seed}")
    return problems


def restarts() -> list[str]:
    """PostgreSQL is restarted, without waiting for anybody, while jobs run."""
    from tests.faults.processes import reap, start_worker
    from tests.faults.world import world

    with world() as found:
        jobs: dict[Any, Any] = {}
        workers = [start_worker() for _ in range(2)]
        kills, deadline = 0, time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            jobs |= _one_of_each(found)
            time.sleep(0.3)
            connections.close_all()
            command = os.environ["STEPGRAPH_FAULT_RESTART"].split()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            kills += 1
            found.wait_until(lambda: True)
            time.sleep(0.5)
        problems = _outcome(found, jobs)
        for pid in workers:
            reap(pid)
    _say(f"{len(jobs)} jobs, {kills} restarts")
    return problems


def _one_of_each(found: Any) -> dict[Any, Any]:
    from tests.faults.corpus import CASES

    return {found.create(case.name).id: case for case in CASES}


def _outcome(found: Any, jobs: dict[Any, Any], *, where: str = "") -> list[str]:
    """Waits until all jobs have ended, and answers everything that does not hold."""
    from tests.faults import checks

    over = found.wait_until(lambda: not found.live())
    problems = [] if over else checks.unfinished()
    problems += checks.check(jobs, found.log)
    problems += found.watch.problems
    return [f"{where}: {line}" if where else line for line in problems]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> None:
    """Runs what the command line names."""
    set_up()
    from tests.faults import checks, processes, storm

    def too_long(*_: object) -> None:
        raise processes.Stuck(f"The suite has not ended within {_DEADLINE:g} seconds.")

    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, _DEADLINE)
    what, *rest = sys.argv[1:]
    seed = int(os.environ.get("STEPGRAPH_FAULT_SEED") or random.randrange(10**6))
    hits = tuple(int(word) for word in rest) or (1, 4)
    run = {
        "points": lambda: every_point(hits),
        "lies": lambda: every_lie(hits),
        "random": lambda: at_random(seed),
        "restarts": restarts,
        "storm": lambda: storm.rage(seconds=3 * SECONDS, seed=seed, finish=_outcome, say=_say),
    }[what]
    try:
        problems = run()
    except processes.Stuck:
        connections.close_all()
        problems = [f"seed {seed}: {traceback.format_exc()}", *checks.unfinished()]
    _say("\n".join(problems[:40]))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

"""Drives the fault suite in a process without threads, so that it can fork workers that start at once.

`python -m tests.faults.drive WHAT`; the database is that of DATABASE_URL. Prints what went wrong, and ends with 1 then.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import django
from django.db import DatabaseError, connections

LEASE_SECONDS = float(os.environ.get("STEPGRAPH_FAULT_LEASE", "2"))
PATIENCE = float(os.environ.get("STEPGRAPH_FAULT_PATIENCE", "60"))


def set_up() -> None:
    """Django with an empty database, and no broker at all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    from django.core.management import call_command

    from backend import queue
    from backend.events import bus

    call_command("migrate", verbosity=0)
    queue.bell.ring = lambda: None  # type: ignore[method-assign] # every message is lost
    bus._publish = lambda _: None
    connections.close_all()


# --- workers --------------------------------------------------------------------------------------------------------


def start_worker(faults: str = "", *, clock: float = 0.0) -> int:
    """Forks a worker; answers its process id. `clock` is by how many seconds its wall clock is wrong."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        _work(faults, clock)
    finally:
        os._exit(70)


def _work(faults: str, clock: float) -> None:
    from backend.common import faultpoints
    from backend.common.egress import EgressClient, EgressPolicy
    from sandboxes.client import SandboxClient
    from workers.engine.context import Tools
    from workers.engine.host import Host, HostSettings

    os.dup2(os.open(os.environ["STEPGRAPH_FAULT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT), 2)
    if clock:
        _shift_clocks(clock)
    sizes = HostSettings(
        job_slots=4, step_slots=8, lease_seconds=LEASE_SECONDS, poll_seconds=0.05, heartbeat_seconds=0.1
    )
    tools = Tools(
        sandbox=SandboxClient("unix:///nowhere.sock"), http=EgressClient(EgressPolicy.from_words(["127.0.0.0/8"]))
    )
    host = Host(sizes, tools=tools)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    faultpoints.arm(faults)
    host.start()
    while not stopped.wait(0.05):
        pass
    host.stop(grace=2.0)
    os._exit(0)


def _shift_clocks(seconds: float) -> None:
    """All of our modules that ask for the time are told another one."""
    import datetime

    class Wrong(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime.datetime:
            return datetime.datetime.now(tz) + datetime.timedelta(seconds=seconds)

    for name, module in list(sys.modules.items()):
        ours = name.startswith(("workers.", "backend.jobs"))
        if ours and module.__dict__.get("datetime") is datetime.datetime:
            module.datetime = Wrong  # type: ignore[attr-defined]


def reap(pid: int, *, sign: signal.Signals = signal.SIGKILL) -> None:
    """Ends a process that we started."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, sign)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def is_dead(pid: int) -> bool:
    """Whether a worker has ended; then it is buried as well."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


# --- the world ------------------------------------------------------------------------------------------------------


class World:
    """Workflows, jobs, and what was seen outside."""

    def __init__(self, folder: Path) -> None:
        from tests.faults import effects

        self.log = folder / "effects.log"
        self.pid, port = effects.serve(self.log)
        self._address = f"127.0.0.1:{port}"
        self._versions: dict[str, Any] = {}
        self.recorded: dict[tuple[str, str], int] = {}  # calls that were known when a result was recorded

    def create(self, name: str) -> Any:
        """A job of a workflow of the corpus."""
        from backend.jobs.services import job_create

        version = self._version(name)
        return job_create(workflow=version.workflow, version=version, input={}, triggered_by="API")

    def _version(self, name: str) -> Any:
        import json

        from backend.accounts.models import Organization
        from backend.workflows.models import Workflow, WorkflowVersion
        from tests.faults.corpus import BY_NAME

        if name not in self._versions:
            case = BY_NAME[name]
            organization, _ = Organization.objects.get_or_create(slug="faults", defaults={"name": "Faults"})
            steps = json.loads(json.dumps(case.steps).replace("EFFECTS", self._address))
            definition = {"stepgraph": 1, "name": name, "steps": steps, **case.document}
            slug = name.replace(" ", "-")
            workflow = Workflow.objects.create(organization=organization, slug=slug, name=name, definition=definition)
            version = WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition, checksum=slug)
            workflow.published_version = version
            workflow.save()
            self._versions[name] = version
        return self._versions[name]

    def tend(self) -> None:
        """What schedulers and people do meanwhile."""
        from backend.jobs.models import StepWait
        from backend.jobs.services import signal_deliver
        from workers.processes import scheduler

        scheduler.sweep(lease_seconds=LEASE_SECONDS)
        for wait in StepWait.objects.filter(signal="approval", delivered_at__isnull=True):
            signal_deliver(job_id=wait.job_id, path=wait.path, delivery={"decision": "approved"}, actor="suite")

    def live(self) -> int:
        """Jobs that have not ended."""
        from backend.jobs.models import Job

        return Job.objects.filter(status__in=["PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"]).count()

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
        """Tends the world until something is so; False when it takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                self.tend()
                if condition():
                    return True
            except DatabaseError:
                connections.close_all()  # it is being restarted
            time.sleep(0.05)
        return False

    def close(self) -> None:
        reap(self.pid)


@contextmanager
def world() -> Iterator[World]:
    """A world of its own."""
    with tempfile.TemporaryDirectory(prefix="stepgraph-faults-") as folder:
        made = World(Path(folder))
        try:
            yield made
        finally:
            made.close()


# --- what is done ---------------------------------------------------------------------------------------------------


def every_point(hits: tuple[int, ...]) -> list[str]:
    """A worker is killed at every place, at the first and at a later time that it comes by; another one goes on."""
    from backend.common import faultpoints
    from tests.faults import checks
    from tests.faults.corpus import CASES

    problems: list[str] = []
    killed = 0
    with world() as found:
        for name in faultpoints.NAMES:
            for hit in hits:
                jobs = {found.create(case.name).id: case for case in CASES}
                first = start_worker(f"{name}=kill:{hit}")
                dead = found.wait_until(lambda first=first: is_dead(first) or not found.live(), seconds=15)
                killed += dead and found.live() > 0
                second = start_worker()
                over = found.wait_until(lambda: not found.live())
                reap(first)
                reap(second)
                where = f"{name} at the {hit}. time"
                if not over:
                    problems += [f"{where}: {line}" for line in checks.unfinished()]
                problems += [f"{where}: {line}" for line in checks.check(jobs, found.log, kills=1)]
                if problems:
                    return problems
    if killed < len(faultpoints.NAMES) // 2:
        problems.append(f"only {killed} workers died: the places are not reached any more")
    return problems


def at_random(seconds: float, seed: int) -> list[str]:
    """Workers are killed, or stopped beyond their lease, at random."""
    from tests.faults import checks
    from tests.faults.corpus import CASES

    dice = random.Random(seed)
    with world() as found:
        jobs: dict[Any, Any] = {}
        workers = [start_worker() for _ in range(2)]
        kills, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            for _ in range(3):
                case = dice.choice(CASES)
                jobs[found.create(case.name).id] = case
            found.wait_until(lambda: True)
            time.sleep(dice.uniform(0.1, 0.6))
            victim = dice.randrange(2)
            kills += 1
            if dice.random() < 0.3:
                os.kill(workers[victim], signal.SIGSTOP)
                pause = time.monotonic() + LEASE_SECONDS * 1.6
                found.wait_until(lambda pause=pause: time.monotonic() > pause)
                os.kill(workers[victim], signal.SIGCONT)
                continue
            reap(workers[victim], sign=signal.SIGKILL if dice.random() < 0.8 else signal.SIGTERM)
            workers[victim] = start_worker(clock=dice.choice([0.0, 3600.0, -3600.0]))
        over = found.wait_until(lambda: not found.live())
        for pid in workers:
            reap(pid)
        problems = [] if over else checks.unfinished()
        problems += checks.check(jobs, found.log, kills=kills)
    _say(f"{len(jobs)} jobs, {kills} faults, seed {seed}")
    return problems


def restarts(seconds: float) -> list[str]:
    """PostgreSQL is restarted, without waiting for anybody, while jobs run."""
    from tests.faults import checks
    from tests.faults.corpus import CASES

    with world() as found:
        jobs: dict[Any, Any] = {}
        workers = [start_worker() for _ in range(2)]
        kills, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            for case in CASES:
                jobs[found.create(case.name).id] = case
            time.sleep(0.3)
            connections.close_all()
            _restart_postgresql()
            kills += 1
            found.wait_until(lambda: True)
            time.sleep(0.5)
        over = found.wait_until(lambda: not found.live())
        for pid in workers:
            reap(pid)
        problems = [] if over else checks.unfinished()
        problems += checks.check(jobs, found.log, kills=8 * kills)  # what ran in any slot
    _say(f"{len(jobs)} jobs, {kills} restarts")
    return problems


def _restart_postgresql() -> None:
    import subprocess

    command = os.environ["STEPGRAPH_FAULT_RESTART"].split()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> None:
    """Runs what the command line names."""
    set_up()
    what, *rest = sys.argv[1:]
    seconds = float(os.environ.get("STEPGRAPH_FAULT_SECONDS", "15"))
    seed = int(os.environ.get("STEPGRAPH_FAULT_SEED") or random.randrange(10**6))
    problems = {
        "points": lambda: every_point(tuple(int(word) for word in rest) or (1, 4)),
        "random": lambda: at_random(seconds, seed),
        "restarts": lambda: restarts(seconds),
    }[what]()
    _say("\n".join(problems[:40]))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

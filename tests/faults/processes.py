"""The product's processes, forked from one without threads so that they start at once; and how they end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import connections

_PATIENCE = 60.0  # seconds in which a process that is asked to end must have ended
LEASE_SECONDS = float(os.environ.get("STEPGRAPH_LEASE_SECONDS", "2"))


class Stuck(BaseException):
    """The suite itself does not come to an end. Not an Exception: nobody between may take it for a fault of theirs."""


def fork(work: Callable[[], None]) -> int:
    """Starts a process that does this and nothing else; answers its id."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(os.environ["STEPGRAPH_FAULT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        work()
    except SystemExit:
        os._exit(0)
    except Exception:
        logging.getLogger(__name__).exception("a process of the suite has failed")
    finally:
        sys.stderr.flush()
        os._exit(70)


def start_worker(faults: str = "", *, clock: float = 0.0) -> int:
    """An engine without a broker that polls; `clock` is by how many seconds its wall clock is wrong."""
    return fork(lambda: _work(faults, clock))


def _work(faults: str, clock: float) -> None:
    from backend.common import faultpoints
    from backend.common.egress import EgressClient, EgressPolicy
    from sandboxes.client import SandboxClient
    from tests.faults import clocks
    from workers.engine.attempts.context import Tools
    from workers.engine.owner.host import Host, HostSettings

    if clock:
        clocks.bend(own=clock)
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
    raise SystemExit


def start_celery_worker(*, clock: float) -> int:
    """What `manage.py worker` runs."""

    def work() -> None:
        from backend import queue
        from tests.faults import clocks
        from workers.management.commands.worker import Command

        del queue.bell.ring, queue.others_bell.ring  # this process has its own again
        import workers.tasks  # noqa: F401 for the clocks: Celery would import it later

        clocks.bend(own=clock)
        Command().handle()

    return fork(work)


def start_scheduler(*, clock: float) -> int:
    """What `manage.py scheduler` runs."""

    def work() -> None:
        from backend import queue
        from tests.faults import clocks
        from workers.processes import scheduler

        del queue.bell.ring, queue.others_bell.ring
        clocks.bend(own=clock)
        scheduler.run(lease_seconds=LEASE_SECONDS)

    return fork(work)


def start_sandbox(url: str) -> int:
    """What `manage.py sandbox serve` runs, with the best walls that there are here."""

    def work() -> None:
        from sandboxes import service

        service.serve(url, kind="auto")

    return fork(work)


def stop(pid: int, *, seconds: float) -> int:
    """Stops a process for a while; answers the id of one that lets it go on.

    Not we ourselves: what we do meanwhile may wait for a lock that the stopped one holds.
    """
    os.kill(pid, signal.SIGSTOP)

    def wake() -> None:
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
        raise SystemExit

    return fork(wake)


def reap(pid: int, *, sign: signal.Signals = signal.SIGKILL) -> None:
    """Ends a process that we started. Raises Stuck when it does not end although it was asked to."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, sign)
    deadline = time.monotonic() + _PATIENCE
    while not is_dead(pid):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            raise Stuck(f"Process {pid} has not ended within {_PATIENCE:g} seconds of {sign.name}.")
        time.sleep(0.01)


def is_dead(pid: int) -> bool:
    """Whether a process has ended; then it is buried as well."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True

"""Advances the jobs that a worker has claimed, and answers for each of them: whatever happens costs that job alone.

Jobs that were claimed together begin one after the other in one thread, for a moment each. Many, of pure steps, are at
their end by then, and share a transaction; the others go on in threads of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

import structlog
from django.db import Error, InterfaceError, OperationalError, connections

from backend.common import faultpoints
from backend.jobs import store
from backend.jobs.loading import Loaded
from backend.jobs.store import End
from backend.jobs.together import end_alone, end_together
from workers.engine.attempts.context import Tools
from workers.engine.base import clock
from workers.engine.base.database import look_after_connection
from workers.engine.base.signals import Signals
from workers.engine.owner.runner import Runner

logger = structlog.get_logger(__name__)


class Holder(Protocol):
    """Who holds the leases."""

    def signals_of(self, lease: store.Lease) -> Signals:
        """What tells the owner of the job to stop."""

    def is_stopping(self) -> bool:
        """Whether the process ends: its pools take nothing more."""

    def left(self, lease: store.Lease) -> None:
        """The job is not here any more."""

    def news_of(self, job_id: UUID) -> None:
        """Something has arrived for a job, which may be here."""

    def look_if_free(self) -> bool:
        """Looks for more jobs, if there is room."""


class Advancing:
    """The jobs of one worker in motion."""

    def __init__(self, *, tools: Tools, jobs: Executor, steps: Executor, host: Holder) -> None:
        self._tools = tools
        self._jobs = jobs
        self._steps = steps
        self._host = host

    def begin_together(self, claimed: Sequence[tuple[store.Lease, Loaded]]) -> None:
        """Jobs that were claimed together: those that need nobody else end together."""
        look_after_connection()
        ended: list[tuple[Runner, End]] = []
        for lease, loaded in claimed:
            with self._answering_for(lease, leaves=False):
                runner = self._begun(lease, loaded)
                end = runner.end()
                if end is not None:
                    ended.append((runner, end))
                else:
                    self._jobs.submit(self._go_on, lease, runner)
        self._end_together(ended)

    def _begun(self, lease: store.Lease, loaded: Loaded) -> Runner:
        faultpoints.reached("job.loaded")
        signals, look = self._host.signals_of(lease), self._host.look_if_free
        runner = Runner(lease, loaded, tools=self._tools, pool=self._steps, signals=signals, look=look)
        runner.begin()
        return runner

    def _end_together(self, ended: Sequence[tuple[Runner, End]]) -> None:
        lost = _written([end for _, end in ended])
        for runner, end in ended:
            with self._answering_for(end.lease, leaves=True):
                if lost is None:
                    end_alone(end)
                elif end.lease in lost:
                    raise store.LeaseLost(str(end.lease.job_id))
                runner.ended()

    def _go_on(self, lease: store.Lease, runner: Runner) -> None:
        with self._answering_for(lease, leaves=True):
            look_after_connection()
            runner.go_on()
            if runner.job.parent_path and runner.job.parent_id:
                self._host.news_of(runner.job.parent_id)

    @contextmanager
    def _answering_for(self, lease: store.Lease, *, leaves: bool) -> Iterator[None]:
        """Within it the job has its thread; behind it, it is not here any more if it `leaves`, or after a fault."""
        try:
            yield
        except store.LeaseLost:
            logger.warning("lease lost", job=str(lease.job_id), epoch=lease.epoch)
            leaves = True
        except (OperationalError, InterfaceError) as error:
            logger.warning("database not reachable", job=str(lease.job_id), reason=str(error))
            connections.close_all()
            give_back(lease, reason="the database was away")
            leaves = True
        except Exception as error:
            logger.exception("job could not be advanced", job=str(lease.job_id))
            connections.close_all()
            if self._host.is_stopping():  # its pools take nothing more: the job is not to blame
                give_back(lease, reason="its worker was stopped")
            else:
                _fail(lease, error)
            leaves = True
        finally:
            if leaves:
                self._host.left(lease)


def _written(ends: Sequence[End]) -> set[store.Lease] | None:
    """Records ends in one go; answers the leases that were lost, or None if nothing is recorded yet."""
    if len(ends) < 2:
        return None
    try:
        return {end.lease for end in end_together(ends)}
    except Exception:
        # Each by itself then, where the one that is at fault is dealt with.
        logger.exception("jobs end one by one", jobs=len(ends))
        connections.close_all()
        return None


def give_back(lease: store.Lease, *, reason: str) -> None:
    """Leaves a job to others; a database that is away is told by the next heartbeat."""
    try:
        if store.give_back(lease, reason=reason):
            logger.warning("job given back", job=str(lease.job_id), reason=reason)
    except Error as error:
        logger.warning("job is given back later", job=str(lease.job_id), reason=str(error))
        connections.close_all()


def _fail(lease: store.Lease, error: Exception) -> None:
    """A job that the engine itself cannot advance ends with the reason, instead of coming back for ever."""
    message = f"The engine could not go on with this job: {type(error).__name__}: {error}"
    found = {"type": "internal", "message": message, "step": None, "path": None, "attempt": None}
    at = clock.now_text()
    events = [{"type": "job.failed", "job": str(lease.job_id), "at": at, "status": "FAILED", "error": message}]
    try:
        store.checkpoint(lease, steps=[], events=events, change=store.JobChange("FAILED", error=found, ended=True))
    except (Error, store.LeaseLost) as problem:
        logger.warning("job is given back later", job=str(lease.job_id), reason=str(problem))
        connections.close_all()

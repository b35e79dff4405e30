"""A worker process: claims due jobs into its free slots, keeps their leases alive, and lets go in time.

It stops starting effects when its own heartbeat is late, well before others may take its jobs over (self-fencing).
"""

from __future__ import annotations

import math
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

import psutil
import structlog
from django.db import Error, connections

from backend import queue
from backend.common import faultpoints
from backend.common.ids import uuid7
from backend.jobs import store
from backend.jobs.loading import Loaded
from workers.engine.attempts.context import Tools
from workers.engine.base import clock
from workers.engine.base.database import look_after_connection
from workers.engine.base.signals import Signals
from workers.engine.owner.advancing import Advancing, give_back
from workers.engine.owner.looking import Looking

logger = structlog.get_logger(__name__)

# Seconds for which those that come meanwhile gather for the next claim: for each job that is being begun, and without
# any room for others.
_PATIENCE, _PATIENCE_FULL = 0.02, 1.0
_FACTS_SECONDS = 5.0  # how often a worker tells what its sandboxes are like


@dataclass(frozen=True, slots=True)
class HostSettings:
    """The sizes of a worker; times in seconds."""

    job_slots: int
    step_slots: int
    lease_seconds: float
    poll_seconds: float = 1.0
    heartbeat_seconds: float = 1.0  # also how soon a cancelled job hears of it


class Host:
    """All jobs of one worker process."""

    def __init__(self, settings: HostSettings, *, tools: Tools) -> None:
        self.id = uuid7()
        self._settings = settings
        self._tools = tools
        self._jobs = ThreadPoolExecutor(settings.job_slots, thread_name_prefix="job")
        self._steps = ThreadPoolExecutor(settings.step_slots, thread_name_prefix="step")
        self._beginners = ThreadPoolExecutor(1, thread_name_prefix="begin")
        self._begun: Future[None] | None = None  # what was given last to the one thread of these
        self._active: dict[store.Lease, Signals] = {}
        self._advancing = Advancing(tools=tools, jobs=self._jobs, steps=self._steps, host=self)
        self._claiming = threading.Lock()  # held from before a claim until its jobs are in `_active`
        self._looking = Looking(self.take)
        self._is_full = False  # the last claim took the last free slot
        self._has_others = False  # there are other workers, as the last beat saw it
        self._stopping = threading.Event()
        self._last_beat = -math.inf  # nothing is claimed before the first one
        self._missed: set[store.Lease] = set()  # active here, but not in the database at the last beat

    # --- life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begins to beat and to look; a database that is away is waited for."""
        for name, work, pause, seconds in (
            ("heartbeat", self._beat, self._stopping.wait, self._settings.heartbeat_seconds),
            ("looks", self._looking.turn, self._looking.wait, self._settings.poll_seconds),
            ("facts", self._describe, self._stopping.wait, _FACTS_SECONDS),
        ):
            threading.Thread(target=self._repeat, args=(work, pause, seconds), name=name, daemon=True).start()

    def stop(self, *, grace: float) -> None:
        """Claims nothing more, gives running steps `grace` seconds, then leaves the rest to other workers."""
        self._stopping.set()
        self._looking.look()  # its thread ends
        for signals in list(self._active.values()):
            signals.leave.set()
        deadline = time.monotonic() + grace
        while self._active and time.monotonic() < deadline:
            time.sleep(0.05)
        for signals in list(self._active.values()):
            signals.lost.set()
        self._beginners.shutdown(wait=False, cancel_futures=True)
        self._jobs.shutdown(wait=False, cancel_futures=True)
        self._steps.shutdown(wait=False, cancel_futures=True)
        store.worker_forget(self.id)
        store.free_orphans()
        queue.ring()

    def _repeat(self, work: Callable[[], object], pause: Callable[[float], object], seconds: float) -> None:
        try:
            while not self._stopping.is_set():
                self._guarded(work)
                pause(seconds)
        finally:
            connections.close_all()  # they are this thread's own, and it ends

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            look_after_connection()
            work()
        except Error as error:
            logger.warning("database not reachable", work=work.__name__, reason=str(error))
            connections.close_all()
        except Exception:
            # These threads must never die: without them a worker that seems to live would do nothing.
            logger.exception("worker goes on after a fault", work=work.__name__)

    def _announce(self) -> None:
        """Makes the worker known, and frees what an earlier process of this host left."""
        _bury_dead_neighbours()
        store.worker_register(self.id, host=socket.gethostname(), pid=os.getpid(), sandbox={})
        store.free_orphans()

    def _describe(self) -> None:
        facts = self._tools.describe()
        store.worker_describe(self.id, sandbox=facts)

    # --- what those who advance jobs ask ----------------------------------------------------------------------------

    def signals_of(self, lease: store.Lease) -> Signals:
        """What tells the owner of a job here to stop."""
        return self._active[lease]

    def is_stopping(self) -> bool:
        """Whether the process ends: its pools take nothing more."""
        return self._stopping.is_set()

    def left(self, lease: store.Lease) -> None:
        """A slot has become free: the next job need not wait for a bell."""
        self._active.pop(lease, None)
        if not self._stopping.is_set():
            self._looking.look()

    def news_of(self, job_id: UUID) -> None:
        """Something has arrived for a job, which may be here."""
        for lease, signals in list(self._active.items()):
            if lease.job_id == job_id:
                signals.news.set()

    def look_if_free(self) -> bool:
        """Looks for more jobs at once, if there is room; False if a job that waits for one had better make room."""
        free = len(self._active) < self._settings.job_slots and not self._stopping.is_set()
        if free:
            self._looking.look()
        return free

    # --- claiming ---------------------------------------------------------------------------------------------------

    def hear(self) -> None:
        """A bell has rung: there are due jobs, very likely."""
        self._looking.hear()

    def take(self) -> int:
        """Claims as many due jobs as there are free slots, and begins them; answers how many."""
        claimed = self._claim()
        if claimed:
            begun = self._begin(claimed)
            if self._is_full and self._has_others and store.anything_due():
                queue.ring_others()
            wait([begun], timeout=_PATIENCE_FULL if self._is_full else _PATIENCE * len(claimed))
        return len(claimed)

    def _begin(self, claimed: list[tuple[store.Lease, Loaded]]) -> Future[None]:
        """By the thread that began the last ones, whose connection has planned and read all that it takes.

        The threads of jobs would take turns, each with a connection that was not used for a while. Only while that
        one is still at it, they do.
        """
        if self._begun is not None and not self._begun.done():
            return self._jobs.submit(self._advancing.begin_together, claimed)
        self._begun = self._beginners.submit(self._advancing.begin_together, claimed)
        return self._begun

    def _claim(self) -> list[tuple[store.Lease, Loaded]]:
        with self._claiming:
            free = self._settings.job_slots - len(self._active)
            if free <= 0 or self._stopping.is_set() or not self._beating():
                return []
            # Where the last one found more than it could take, this one finds something.
            claimed = store.claim_loaded(self.id, limit=free, sure=self._is_full)
            self._is_full = len(claimed) == free
            for lease, _ in claimed:
                self._active[lease] = Signals(beating=self._beating)
        return claimed

    # --- keeping leases ---------------------------------------------------------------------------------------------

    def _beating(self) -> bool:
        return time.monotonic() - self._last_beat < self._settings.lease_seconds * 2 / 3

    def _beat(self) -> None:
        if not self._beating():
            self._abandon("its heartbeat is late")
        began = time.monotonic()  # before the statement, which may be what is slow
        held = store.heartbeat(self.id)
        if held is None:
            self._abandon("it is not known to the database")
            self._announce()
            held = []
            self._looking.look()
        self._last_beat = began
        clock.set_by(store.database_now())
        self._has_others = store.worker_count() > 1
        faultpoints.reached("heart.beaten")
        for entry in held:
            self._tell(entry)
        self._reconcile({entry.lease for entry in held})

    def _tell(self, entry: store.Held) -> None:
        signals = self._active.get(entry.lease)
        if signals is not None:
            if signals.delivered != entry.signals:
                signals.delivered = entry.signals
                signals.news.set()
            if entry.cancelled:
                signals.cancel.set()
            if entry.paused:
                signals.pause.set()
            else:
                signals.pause.clear()

    def _reconcile(self, held: set[store.Lease]) -> None:
        """Makes the database's leases and the jobs at work here the same: nobody else would, as long as we live."""
        active = set(self._active)
        for lease in self._missed & active - held:  # twice, for a job that was claimed a moment ago is not in `held`
            logger.warning("lease is held by nobody", job=str(lease.job_id))
            self._lose(lease)
        self._missed = active - held
        if held - active:
            with self._claiming:
                strays = held - set(self._active)
            for lease in strays:
                give_back(lease, reason="its worker let go of it")

    def _lose(self, lease: store.Lease) -> None:
        signals = self._active.get(lease)
        if signals is not None:
            signals.lost.set()

    def _abandon(self, reason: str) -> None:
        jobs = list(self._active.values())
        if jobs:
            logger.warning("worker lets go of its jobs", reason=reason, jobs=len(jobs))
        for signals in jobs:
            signals.lost.set()


def _bury_dead_neighbours() -> None:
    """Workers of this host whose process is gone cannot come back: no need to wait for their leases to run out.

    One with our own process id was before us: in containers the ids begin anew with every start.
    """
    for worker, pid in store.workers_of_host(socket.gethostname()):
        if pid == os.getpid() or not psutil.pid_exists(pid):
            store.worker_forget(worker)

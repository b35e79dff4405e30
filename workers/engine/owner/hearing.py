"""How the owner of a job learns what has arrived for its waiting steps, or that their time is up."""

from __future__ import annotations

from functools import partial

from backend.jobs import store, waits
from backend.jobs.models import Job
from workers.engine.base.signals import Signals
from workers.engine.flow.flow import Flow
from workers.engine.flow.waiting import Waiting


class Hearing:
    """The deliveries to one job."""

    def __init__(self, flow: Flow, *, job: Job, lease: store.Lease, signals: Signals) -> None:
        self.heard = -1  # deliveries up to this number are taken over
        self._flow = flow
        self._job = job
        self._lease = lease
        self._signals = signals

    def listen(self) -> None:
        """Goes on with waiting steps that got what they wait for, or whose time is up."""
        if not self._flow.waits:
            return
        self._flow.recorder.flush_waits()
        self._take_arrived()
        self._expire()

    def _take_arrived(self) -> None:
        if self._signals.news.is_set():
            self._signals.news.clear()
            self.heard = -1
        arrived = max(self._job.signal_seq, self._flow.recorder.asked.signals, self._signals.delivered)
        if arrived <= self.heard:
            return
        self.heard = arrived
        for found in waits.delivered(self._job.id):
            waiting = self._flow.waits.pop(found.path)
            if waiting is not None:
                self._flow.todo.append(partial(self._go_on, waiting, found))

    def _expire(self) -> None:
        for waiting in self._flow.waits.due():
            path = waiting.activity.path
            if waits.expire(self._job.id, path, owner=self._lease.owner, epoch=self._lease.epoch):
                self._flow.waits.pop(path)
                found = waits.Delivered(path, expired=True, delivery=None)
                self._flow.todo.append(partial(self._go_on, waiting, found))
            else:
                self.heard = -1  # something came first: look again

    def _go_on(self, waiting: Waiting, found: waits.Delivered) -> None:
        failure = waiting.timeout() if found.expired else None
        if failure is not None:
            self._flow.failed(waiting.activity, failure)
        else:
            self._flow.parking.resume(waiting.activity, found.delivery, signal=waiting.wait.signal)

"""Gathers what happened in a job until it must be durable, and writes it in one fenced transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from backend.catalog.steps import Wait
from backend.common.json import JSON
from backend.jobs import store
from backend.jobs.store import End
from backend.jobs.waits import WaitRecord
from workers.engine.base import clock
from workers.engine.base.clock import iso
from workers.engine.flow import paths, waiting
from workers.engine.flow.activity import Activity
from workers.engine.flow.outcome import FailureOutcome

_MOST_RECORDS = 200  # of pure steps; then a checkpoint keeps memory and loss small
_LONGEST = 0.5  # seconds that finished work may stay unseen

_EVENTS = {"success": "step.completed", "skipped": "step.skipped", "cancelled": "step.cancelled"}


class Recorder:
    """The records and events since the last checkpoint of one job."""

    def __init__(self, lease: store.Lease, *, organization: UUID | None = None, first: bool = False) -> None:
        self.asked = store.Asked()  # what others had asked of the job at the last checkpoint
        self._lease = lease
        self._job = str(lease.job_id)
        self._organization = organization
        self._first = first  # no step of the job is recorded yet
        self._waiting: set[str] = set()  # paths of steps with a wait in the database, or soon
        self._also: list[Callable[[], None]] = []
        self._forgotten: list[str] = []
        self._begun: dict[str, WaitRecord] = {}
        self._over: set[str] = set()
        self._now = clock.now_text
        self._steps: dict[str, store.StepRecord] = {}
        self._events: list[JSON] = []
        self._since = time.monotonic()

    def step(self, record: store.StepRecord) -> None:
        """Keeps the newest state of a step run."""
        self._steps[record.path] = record
        if record.path in self._waiting and record.status != "waiting":
            self._waiting.discard(record.path)
            self._begun.pop(record.path, None)
            self._over.add(record.path)

    def event(self, kind: str, *, at: str = "", **data: JSON) -> None:
        """Adds an event, of now or of a moment just looked up."""
        self._events.append({"type": kind, "job": self._job, "at": at or self._now(), **data})

    def began(self, activity: Activity) -> None:
        """A new attempt of a step begins."""
        now = self._now()
        activity.begin(now)
        self._step_event("step.started", activity, "running", at=now)

    def interrupted(self, activity: Activity) -> None:
        """The attempt ends without a word on the step: another one follows."""
        activity.end(self._now())

    def ended(self, activity: Activity, status: str, *, error: JSON = None, **values: JSON) -> None:
        """A step succeeded (with what values), was skipped or was cancelled."""
        now = self._now()
        activity.end(now, error)
        self.step(activity.record(status, error=error, ended_at=now, **values))
        self._step_event(_EVENTS[status], activity, status, at=now)

    def failed(self, activity: Activity, error: dict[str, JSON], found: FailureOutcome) -> None:
        """A step failed for good."""
        now = self._now()
        activity.end(now, error)
        record = activity.record(
            "failed", error=error, output=found.output, port=found.port, continued=found.handled, ended_at=now
        )
        self.step(record)
        self._step_event("step.failed", activity, "failed", at=now, error=error["message"])

    def retries(self, activity: Activity, error: dict[str, JSON], wait: Wait, *, seconds: float) -> None:
        """An attempt failed, and the step is tried again later."""
        activity.end(self._now(), error)
        activity.log.add(f"Failed, next try in {seconds:.1f} s: {error['message']}", level="warning")
        resume_at = iso(wait.until) if wait.until else None
        aside = {**activity.aside, **waiting.aside_of(wait)}
        self.step(activity.record("waiting", error=error, resume_at=resume_at, aside=aside))
        self._step_event("step.waiting", activity, "waiting", error=error["message"])

    def waits(self, activity: Activity, wait: Wait) -> None:
        """A step begins to wait for a signal or a moment."""
        until = iso(wait.until) if wait.until else None
        self.step(activity.record("waiting", resume_at=until, aside={**activity.aside, **waiting.aside_of(wait)}))
        self.note_waiting(activity.path)
        self._begun[activity.path] = WaitRecord(activity.path, wait.signal, wait.until, wait.data)
        self._step_event("step.waiting", activity, "waiting", reason=wait.reason)

    def within(self, work: Callable[[], None]) -> None:
        """Does something in the transaction of the next checkpoint, once the lease has held."""
        self._also.append(work)

    def forget(self, inside: list[str]) -> None:
        """Removes what is recorded of some places, to be made anew."""
        self._forgotten.extend(inside)
        self._steps = {path: step for path, step in self._steps.items() if not paths.fits(path, inside)}
        self._over |= {path for path in self._waiting if paths.fits(path, inside)}

    def note_waiting(self, path: str) -> None:
        """A step is known to wait: once it goes on, its wait is removed."""
        self._waiting.add(path)

    def _step_event(self, kind: str, activity: Activity, status: str, *, at: str = "", **data: JSON) -> None:
        self._events.append(
            {
                "type": kind,
                "job": self._job,
                "at": at or self._now(),
                "step": activity.node.id,
                "path": activity.path,
                "status": status,
                "attempt": len(activity.attempts),
                **data,
            }
        )

    def flush(self, change: store.JobChange | None = None) -> None:
        """Makes everything durable, together with a change of the job itself. Raises store.LeaseLost."""
        if not (self._steps or self._events or self._also or change):
            return
        waits = store.Waiting(self._organization, list(self._begun.values()), sorted(self._over))
        self.asked = store.checkpoint(
            self._lease,
            steps=list(self._steps.values()),
            events=self._events,
            change=change,
            waiting=waits,
            forgotten=self._forgotten,
            also=self._also,
            first=self._first,
        )
        self._also, self._forgotten, self._first = [], [], False
        self._steps, self._events, self._since = {}, [], time.monotonic()
        self._begun, self._over = {}, set()

    def only_rows(self) -> bool:
        """Whether the next checkpoint is of nothing but steps and events."""
        return not (self._also or self._forgotten or self._begun or self._over)

    def end(self, change: store.JobChange) -> End:
        """What `flush` would record, for somebody who does it in its place; of nothing but rows."""
        return End(self._lease, list(self._steps.values()), self._events, change, self._first)

    def flush_waits(self) -> None:
        """Makes waits that have just begun known, so that somebody can answer them."""
        if self._begun or self._also:
            self.flush()

    def flush_if_due(self) -> None:
        """A checkpoint now and then in a long stretch of pure steps."""
        if len(self._steps) >= _MOST_RECORDS or time.monotonic() - self._since > _LONGEST:
            self.flush()

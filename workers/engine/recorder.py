"""Gathers what happened in a job until it must be durable, and writes it in one fenced transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from backend.common.json import JSON
from backend.jobs import store
from workers.engine.activity import Activity
from workers.engine.outcome import FailureOutcome

_MOST_RECORDS = 200  # of pure steps; then a checkpoint keeps memory and loss small
_LONGEST = 0.5  # seconds that finished work may stay unseen

_EVENTS = {"success": "step.completed", "skipped": "step.skipped", "cancelled": "step.cancelled"}

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock; durations and texts only, never leases or timers."""
    return datetime.now(UTC)


class Recorder:
    """The records and events since the last checkpoint of one job."""

    def __init__(self, lease: store.Lease, *, clock: Clock = utc_now) -> None:
        self.cancelled = False  # somebody asked for the end of the job
        self._lease = lease
        self._clock = clock
        self._steps: dict[str, store.StepRecord] = {}
        self._events: list[JSON] = []
        self._since = time.monotonic()

    def step(self, record: store.StepRecord) -> None:
        """Keeps the newest state of a step run."""
        self._steps[record.path] = record

    def event(self, kind: str, **data: JSON) -> None:
        """Adds an event."""
        self._events.append({"type": kind, "job": str(self._lease.job_id), "at": iso(self._clock()), **data})

    def began(self, activity: Activity) -> None:
        """A new attempt of a step begins."""
        activity.begin(iso(self._clock()))
        self._step_event("step.started", activity, "running")

    def ended(self, activity: Activity, status: str, *, error: JSON = None, **values: JSON) -> None:
        """A step succeeded (with what values), was skipped or was cancelled."""
        now = iso(self._clock())
        activity.end(now, error)
        self.step(activity.record(status, error=error, ended_at=now, **values))
        self._step_event(_EVENTS[status], activity, status)

    def failed(self, activity: Activity, error: dict[str, JSON], found: FailureOutcome) -> None:
        """A step failed for good."""
        now = iso(self._clock())
        activity.end(now, error)
        record = activity.record(
            "failed", error=error, output=found.output, port=found.port, continued=found.handled, ended_at=now
        )
        self.step(record)
        self._step_event("step.failed", activity, "failed", error=error["message"])

    def waits(self, activity: Activity, error: dict[str, JSON], *, seconds: float, resume_at: datetime) -> None:
        """An attempt failed, and the step is tried again later."""
        activity.end(iso(self._clock()), error)
        activity.log.add(f"Failed, next try in {seconds:.1f} s: {error['message']}", level="warning")
        self.step(activity.record("waiting", error=error, resume_at=iso(resume_at)))
        self._step_event("step.waiting", activity, "waiting", error=error["message"])

    def _step_event(self, kind: str, activity: Activity, status: str, **data: JSON) -> None:
        attempt = len(activity.attempts)
        self.event(kind, step=activity.node.id, path=activity.path, status=status, attempt=attempt, **data)

    def flush(self, change: store.JobChange | None = None) -> None:
        """Makes everything durable, together with a change of the job itself. Raises store.LeaseLost."""
        if not (self._steps or self._events or change):
            return
        self.cancelled |= store.checkpoint(
            self._lease, steps=list(self._steps.values()), events=self._events, change=change
        )
        self._steps, self._events, self._since = {}, [], time.monotonic()

    def flush_if_due(self) -> None:
        """A checkpoint now and then in a long stretch of pure steps."""
        if len(self._steps) >= _MOST_RECORDS or time.monotonic() - self._since > _LONGEST:
            self.flush()


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, with microseconds, as the API writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

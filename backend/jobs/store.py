"""The hot statements, in raw SQL: checkpoints here, the leases of jobs beside in `leases.py`.

Every write of an owner is conditional on its lease (owner and epoch); a write that changes no row means that the
lease is lost. The ORM, several times the cost, serves everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from backend.common import faultpoints
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import bulk, closing, news, sql, waits
from backend.jobs.bulk import StepRecord
from backend.jobs.leases import (
    HELD,
    MAX_INTERRUPTIONS,
    Held,
    Lease,
    LeaseLost,
    anything_due,
    bury,
    claim,
    claim_loaded,
    database_now,
    free_orphans,
    give_back,
    heartbeat,
    held,
    stands,
    worker_count,
    worker_describe,
    worker_forget,
    worker_register,
    workers_of_host,
)

__all__ = [
    "MAX_INTERRUPTIONS",
    "Asked",
    "End",
    "Held",
    "JobChange",
    "Lease",
    "LeaseLost",
    "StepRecord",
    "Waiting",
    "anything_due",
    "bury",
    "checkpoint",
    "claim",
    "claim_loaded",
    "database_now",
    "free_orphans",
    "give_back",
    "heartbeat",
    "stands",
    "worker_count",
    "worker_describe",
    "worker_forget",
    "worker_register",
    "workers_of_host",
]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which steps begin to wait, and which do not wait any more."""

    organization_id: UUID | None = None
    begun: Sequence[waits.WaitRecord] = ()
    over: Sequence[str] = ()  # paths


@dataclass(frozen=True, slots=True)
class Asked:
    """What others have asked of a job, as its owner learns with every checkpoint."""

    status: str = "RUNNING"
    seq: int = 0  # of its last event
    cancelled: bool = False
    signals: int = 0  # how much was delivered to its waiting steps so far
    paused: bool = False
    parent: closing.Parent | None = None
    concerns: Sequence[JSON] = ()  # of a job that ends, as `closing.concerns` names them

    @classmethod
    def of(cls, row: Sequence[JSON]) -> Asked:
        """From the columns of `ANSWER`, behind which a job that ends has its concerns."""
        status, seq, cancelled_at, paused_at, signals, parent_id, parent_path, *concerns = row
        return cls(
            status=status,
            seq=seq,
            cancelled=cancelled_at is not None,
            signals=signals,
            paused=paused_at is not None,
            parent=closing.Parent.of(parent_id, parent_path),
            concerns=concerns,
        )


@dataclass(frozen=True, slots=True)
class JobChange:
    """What a checkpoint changes on the job itself. `due_in` is in seconds from now, for a job that waits."""

    status: str
    output: JSON = None
    response: JSON = None
    error: JSON = None
    warnings: Sequence[JSON] = ()
    due_in: float = 0.0
    seen: int | None = None  # of a job that waits: the deliveries that its owner knows; with more it is due at once
    cancel_seen: bool = (
        False  # the owner knows that it is cancelled, and waits all the same: its steps are being undone
    )
    wait_reason: str = ""
    ended: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class End:
    """The last checkpoint of a job, of one that nobody waits for and that waits for nothing."""

    lease: Lease
    steps: Sequence[StepRecord]
    events: Sequence[JSON]
    change: JobChange
    first: bool  # no step of the job is recorded yet


def checkpoint(
    lease: Lease,
    *,
    steps: Sequence[StepRecord],
    events: Sequence[JSON],
    change: JobChange | None = None,
    waiting: Waiting | None = None,
    forgotten: Sequence[str] = (),
    also: Sequence[Callable[[], None]] = (),
    first: bool = False,
) -> Asked:
    """Records progress in one transaction, fenced by the lease; answers what others have asked of the job meanwhile.

    `forgotten` are step runs that are to be made anew: paths, and beginnings of paths that end with “[”. `also` is
    what belongs to the same transaction. `first`: no step of the job is recorded yet. Raises LeaseLost, and then
    nothing was written.
    """
    waiting, kind = waiting or Waiting(), _kind(change)
    faultpoints.reached(f"checkpoint.{kind}.before")
    with transaction.atomic():
        kept = waits.take_kept(waiting.organization_id, waiting.begun) if waiting.organization_id else {}
        asked = _advance_job(lease, len(events), change, progress=is_progress(steps), arrived=len(kept))
        _forget_steps(lease.job_id, forgotten)
        bulk.steps_upsert([(lease.job_id, steps)], first=first)
        waits.forget(lease.job_id, waiting.over)
        waits.record(lease.job_id, waiting.begun, kept=kept)
        if change is not None and asked.status == "PAUSED":
            events = [*events, closing.event("job.paused", lease.job_id, status="PAUSED")]
        closing.insert_events(lease.job_id, events, first=asked.seq - len(events) + 1)
        for work in also:
            work()
        if change is not None and change.ended:
            closing.end(
                lease.job_id,
                status=change.status,
                parent=asked.parent,
                output=change.output,
                error=change.error,
                concerns_of=() if also or waiting.begun else asked.concerns,  # that may have become a concern since
            )
        bus.tell({lease.job_id: told(change) if change is not None and change.ended else ""})
        faultpoints.reached(f"checkpoint.{kind}.written")
    faultpoints.reached(f"checkpoint.{kind}.committed")
    return asked


def told(change: JobChange) -> str:
    """What those who wait for the job are told of its end."""
    return news.told(news.Seen(change.status, change.output, change.response, change.error))


def _kind(change: JobChange | None) -> str:
    """The transition in a word, as the fault suite names it."""
    return "progress" if change is None else "ended" if change.ended else change.status.lower()


def advance_to_end(lease: Lease, *, events: int, change: JobChange, progress: bool) -> Asked | None:
    """The row of a job that ends, alone; None when the lease is lost. In a transaction that records all the rest."""
    try:
        return _advance_job(lease, events, change, progress=progress, arrived=0)
    except LeaseLost:
        return None


_PAUSES = "pause_requested_at IS NOT NULL AND cancel_requested_at IS NULL"
ANSWER = "status, event_seq, cancel_requested_at, pause_requested_at, signal_seq, parent_id, parent_path"


def _advance_job(lease: Lease, count: int, change: JobChange | None, *, progress: bool, arrived: int) -> Asked:
    sets: list[str] = ["signal_seq = signal_seq + %s"] if arrived else []
    values: list[JSON] = [arrived] if arrived else []
    if progress:
        sets.append("interruptions = 0")
    if change is None or change.ended:
        sets, values = [*sets, "event_seq = event_seq + %s"], [*values, count]
    else:  # a job that pauses tells of it with an event more
        sets, values = [*sets, f"event_seq = event_seq + %s + CASE WHEN {_PAUSES} THEN 1 ELSE 0 END"], [*values, count]
    answer = ANSWER
    if change is not None:
        more, others = _end_sql(change) if change.ended else _rest_sql(change, arrived=arrived)
        sets, values = [*sets, "lease_owner = NULL", "wait_reason = %s", "warnings = %s", *more], [
            *values, change.wait_reason, sql.to_json(change.warnings), *others,
        ]  # fmt: skip
        answer = ", ".join((answer, *closing.concerns())) if change.ended else answer
    rows = sql.hot(f"UPDATE jobs_job SET {', '.join(sets)} WHERE {HELD} RETURNING {answer}", [*values, *held(lease)])
    if not rows:
        raise LeaseLost(str(lease.job_id))
    return Asked.of(rows[0])


def _end_sql(change: JobChange) -> tuple[list[str], list[JSON]]:
    sets = ["status = %s", "output = %s", "response = %s", "error = %s", f"finished_at = {sql.now()}"]
    return sets, [change.status, *(sql.to_json(value) for value in (change.output, change.response, change.error))]


def _rest_sql(change: JobChange, *, arrived: int) -> tuple[list[str], list[JSON]]:
    # A job must not wait if it was cancelled, or got what it waits for, just now: it is due at once.
    due = (
        "CASE WHEN (cancel_requested_at IS NULL OR %s) AND signal_seq + %s = COALESCE(%s, signal_seq)"
        f" THEN {sql.now(plus='%s')} ELSE {sql.now()} END"
    )
    sets = [f"status = CASE WHEN {_PAUSES} THEN 'PAUSED' ELSE %s END", f"due_at = {due}"]
    return sets, [change.status, change.cancel_seen, arrived, change.seen, change.due_in]


_ENDED = frozenset({"success", "failed", "skipped"})


def is_progress(steps: Sequence[StepRecord]) -> bool:
    """Whether something has ended: the job is not to blame for what interrupted its earlier owners."""
    return any(step.status in _ENDED for step in steps)


def _forget_steps(job_id: UUID, paths: Sequence[str]) -> None:
    for path in paths:
        same = "substr(path, 1, length(%s)) = %s" if path.endswith("[") else "%s = path AND path = %s"
        sql.run(f"DELETE FROM jobs_steprun WHERE job_id = %s AND {same}", [sql.to_uuid(job_id), path, path])

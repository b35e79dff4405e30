"""What belongs to the end of a job, whoever ends it: its last event, no step left open, everybody told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from backend.common.json import JSON
from backend.events import bus
from backend.jobs import bulk, listeners, sql, waits


def insert_events(job_id: UUID, events: Sequence[JSON], *, first: int) -> None:
    """Adds events, numbered from `first` on."""
    if not events:
        return
    bulk.events_insert([(job_id, first, events)])
    listeners.job_events(job_id, events, first=first)


def event(kind: str, job_id: UUID, **data: JSON) -> dict[str, JSON]:
    """An event as of now, for those who have no recorder."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"type": kind, "job": str(job_id), "at": at, **data}


@dataclass(frozen=True, slots=True)
class Parent:
    """The step of another job that waits for the end of this one."""

    job_id: UUID
    path: str

    @classmethod
    def of(cls, job_id: UUID | str | None, path: str) -> Parent | None:
        """From a job's columns; None when nobody waits."""
        return cls(sql.as_uuid(job_id), path) if job_id is not None and path else None


def concerns() -> list[str]:
    """SQL conditions about a row of `jobs_job` that say what its end has to do with, hardly ever anything."""
    waits_left = "EXISTS (SELECT 1 FROM jobs_stepwait w WHERE w.job_id = jobs_job.id)"
    return [waits_left, *listeners.conditions()]


def end(
    job_id: UUID,
    *,
    status: str,
    parent: Parent | None,
    output: JSON = None,
    error: JSON = None,
    concerns_of: Sequence[JSON] = (),
) -> None:
    """Closes what is still open in a job that has ended, wakes its parent, and tells those who asked to be told.

    `concerns_of` are the values of `concerns`, if they are known; nothing they speak of has changed since.
    """
    waits_left, met = (concerns_of[0], concerns_of[1:]) if concerns_of else (True, None)
    if status != "SUCCESS":
        close_steps(job_id)
    if waits_left:
        waits.forget(job_id)
    if parent is not None:
        delivery = {"job": str(job_id), "status": status, "output": output, "error": error}
        waits.deliver(parent.job_id, parent.path, delivery, key=waits.child_key(job_id))
    listeners.job_ended(job_id, status, met=met)


def end_outside(
    job_id: UUID, *, seq: int, kind: str, status: str, parent: Parent | None, error: JSON = None, **data: JSON
) -> None:
    """The end of a job that no worker ends."""
    told = {**data, "error": error["message"]} if error else data
    insert_events(job_id, [event(kind, job_id, status=status, **told)], first=seq)
    end(job_id, status=status, parent=parent, error=error)
    bus.hint(job_id)


def close_steps(job_id: UUID) -> None:
    """No step of the job seems to go on."""
    sql.run(
        f"UPDATE jobs_steprun SET status = 'cancelled', ended_at = {sql.now()}, resume_at = NULL"
        " WHERE job_id = %s AND status IN ('pending', 'running', 'waiting')",
        [sql.to_uuid(job_id)],
    )

"""Who wants to be told what happens to jobs. Apps above this one add themselves when Django has started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from backend.common.json import JSON

# Called with job, path, signal, data and the end of its time, in the transaction that records that a step waits.
WaitListener = Callable[[UUID, str, str, dict[str, JSON], datetime | None], None]
wait_listeners: list[WaitListener] = []

# Called with job and final status, in the transaction that ends the job.
EndListener = Callable[[UUID, str], None]
end_listeners: list[EndListener] = []


# Called with job, events and the number of the first, in the transaction that records them.
EventListener = Callable[[UUID, Sequence[JSON], int], None]
event_listeners: list[EventListener] = []


def job_events(job_id: UUID, events: Sequence[JSON], *, first: int) -> None:
    """Tells everybody what has been recorded of a job."""
    for listener in event_listeners:
        listener(job_id, events, first)


def job_waits(job_id: UUID, path: str, signal: str, data: dict[str, JSON], until: datetime | None) -> None:
    """Tells everybody that a step of a job has begun to wait."""
    for listener in wait_listeners:
        listener(job_id, path, signal, data, until)


def job_ended(job_id: UUID, status: str) -> None:
    """Tells everybody that a job has ended."""
    for listener in end_listeners:
        listener(job_id, status)

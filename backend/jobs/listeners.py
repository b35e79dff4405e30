"""Who wants to be told what happens to jobs. Apps above this one add themselves when Django has started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.common.json import JSON
from backend.jobs import sql

# Called with job, path, signal, data and the end of its time, in the transaction that records that a step waits.
WaitListener = Callable[[UUID, str, str, dict[str, JSON], datetime | None], None]
wait_listeners: list[WaitListener] = []

# Called with job and final status, in the transaction that ends the job.
EndListener = Callable[[UUID, str], None]
end_listeners: list[EndListener] = []


@dataclass(frozen=True, slots=True)
class OfFailures:
    """An end listener that jobs which end well do not concern."""

    listener: EndListener

    def __call__(self, job_id: UUID, status: str) -> None:
        """Tells it."""
        if status != "SUCCESS":
            self.listener(job_id, status)


@dataclass(frozen=True, slots=True)
class Concerned:
    """An end listener that few jobs concern: the end of a job asks all these conditions in one statement."""

    condition: str  # SQL about a row of `jobs_job`
    listener: EndListener

    def __call__(self, job_id: UUID, status: str) -> None:
        """Tells it."""
        self.listener(job_id, status)


@dataclass(frozen=True, slots=True)
class EventListener:
    """Who wants to be told of some events."""

    wants: Callable[[Sequence[JSON]], bool]  # asked often, so it must be quick
    listener: Callable[[UUID, Sequence[JSON], int], None]  # gets job, events and the number of the first


# Called in the transaction that records the events.
event_listeners: list[EventListener] = []


def anybody_wants(events: Sequence[JSON]) -> bool:
    """Whether somebody is to be told of one of these events."""
    return any(one.wants(events) for one in event_listeners)


def job_events(job_id: UUID, events: Sequence[JSON], *, first: int) -> None:
    """Tells everybody who wants it what has been recorded of a job."""
    for one in event_listeners:
        if one.wants(events):
            one.listener(job_id, events, first)


def job_waits(job_id: UUID, path: str, signal: str, data: dict[str, JSON], until: datetime | None) -> None:
    """Tells everybody that a step of a job has begun to wait."""
    for listener in wait_listeners:
        listener(job_id, path, signal, data, until)


def conditions() -> list[str]:
    """SQL about a row of `jobs_job`, in the order of the listeners that have one."""
    return [one.condition for one in end_listeners if isinstance(one, Concerned)]


def all_ask() -> bool:
    """Whether no end listener is told of a job that ends well, unless its condition holds."""
    return all(isinstance(one, Concerned | OfFailures) for one in end_listeners)


def job_ended(job_id: UUID, status: str, *, met: Sequence[JSON] | None = None) -> None:
    """Tells everybody whom it concerns that a job has ended; `met`, if known, says which conditions hold for it."""
    holds = iter(_met(job_id) if met is None else met)
    for listener in end_listeners:
        if not isinstance(listener, Concerned) or next(holds):
            listener(job_id, status)


def _met(job_id: UUID) -> Sequence[JSON]:
    (found,) = sql.hot(f"SELECT {', '.join(conditions())} FROM jobs_job WHERE id = %s", [sql.to_uuid(job_id)])
    return found

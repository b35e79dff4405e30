"""Events for endpoints outside: written in the transaction that records the event, so that none is lost."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from uuid import UUID

from backend.common.json import JSON
from backend.jobs.models import Job
from backend.outgoing.inserting import Letter, insert
from backend.outgoing.models import EventEndpoint

_REMEMBERED_SECONDS = 2.0  # how soon a new endpoint gets events: without one, events cost nothing


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    organization: UUID
    workflow: UUID | None
    events: tuple[str, ...]

    def wants(self, kind: str) -> bool:
        return any(fnmatchcase(kind, pattern) for pattern in self.events)


class _Endpoints:
    """This process's short memory of the active endpoints."""

    def __init__(self) -> None:
        self._known: list[_Known] = []
        self._read_at = float("-inf")

    def all(self) -> list[_Known]:
        """The active endpoints of all organisations."""
        if time.monotonic() - self._read_at > _REMEMBERED_SECONDS:
            rows = EventEndpoint.objects.filter(is_active=True)
            self._known = [_Known(row.id, row.organization_id, row.workflow_id, tuple(row.events)) for row in rows]
            self._read_at = time.monotonic()
        return self._known

    def forget(self) -> None:
        """Reads again at the next look."""
        self._read_at = float("-inf")


endpoints = _Endpoints()


def wants(_events: Sequence[JSON]) -> bool:
    """Whether there is an endpoint for events at all."""
    return bool(endpoints.all())


def job_events(job_id: UUID, events: Sequence[JSON], first: int) -> None:
    """What has just been recorded of a job, the first of it with this number."""
    known = endpoints.all()
    jobs = Job.counted.select_related("workflow").only("organization_id", "workflow", "triggered_by")
    job = jobs.filter(id=job_id).first()
    if job is None:  # a test
        return
    facts = {"workflow": job.workflow.slug, "workflow_id": str(job.workflow_id), "triggered_by": job.triggered_by}
    told = [(event["type"], {**event, **facts, "seq": first + index}) for index, event in enumerate(events)]
    _write(known, job.organization_id, job.workflow_id, told)


def tell(organization: UUID, *, kind: str, data: dict[str, JSON], workflow: UUID | None = None) -> None:
    """An event that is not of a job, such as an alert."""
    _write(endpoints.all(), organization, workflow, [(kind, data)])


def _write(
    known: Iterable[_Known], organization: UUID, workflow: UUID | None, told: Sequence[tuple[str, dict[str, JSON]]]
) -> None:
    letters = [
        Letter(endpoint.id, kind, _payload(kind, data))
        for endpoint in known
        if endpoint.organization == organization and endpoint.workflow in {None, workflow}
        for kind, data in told
        if endpoint.wants(kind)
    ]
    insert(letters)


def _payload(kind: str, data: dict[str, JSON]) -> dict[str, JSON]:
    at = data.get("at") or datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {"type": kind, "timestamp": at, "data": data}

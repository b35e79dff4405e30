"""How many jobs may be under way: of a workflow, and of an organisation. Those beyond wait as PENDING.

Who creates a job, or ends one, decides under a lock on the workflow's row, so that the limits hold exactly however many
processes there are. Locks are taken in the order job, workflow, organisation. Children are exempt: their parent has a
place already, and would wait for them for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from backend import queue
from backend.accounts.models import Organization
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import closing, control, under_way
from backend.jobs.models import Job, JobStatus
from backend.workflows.models import Workflow


@dataclass(frozen=True, slots=True)
class _Limits:
    workflow: int | None
    when_busy: str
    organization: int | None

    @classmethod
    def of(cls, definition: Mapping[str, JSON]) -> _Limits:
        options = definition.get("settings", {})
        return cls(
            workflow=options.get("max_concurrent_jobs"),
            when_busy=options.get("when_busy", "queue"),
            organization=settings.MAX_JOBS_PER_ORGANIZATION or None,
        )


def is_unlimited(job: Job) -> bool:
    """Whether nothing can be in a job's way."""
    limits = _Limits.of(job.version.definition)
    return job.parent_id is not None or job.is_test or (limits.workflow is None and limits.organization is None)


def place(job: Job) -> None:
    """Decides what becomes of a job that is about to be stored, in the transaction that stores it."""
    if is_unlimited(job):
        return
    limits = _Limits.of(job.version.definition)
    if limits.workflow is not None and limits.when_busy == "cancel_oldest":
        _cancel_oldest(job.workflow_id, most=limits.workflow)
    _lock(job)
    reason = _in_the_way(job, limits)
    if reason and limits.when_busy == "skip":
        job.status, job.finished_at, job.cancel_reason = JobStatus.CANCELLED, timezone.now(), f"Skipped: {reason}"
    elif reason:
        job.status, job.wait_reason = JobStatus.PENDING, f"Waits: {reason}"


def stored(job: Job) -> None:
    """What follows the storing of a job, in the same transaction."""
    if job.status == JobStatus.CANCELLED:
        Job.objects.filter(id=job.id).update(event_seq=1)
        closing.end_outside(job.id, seq=1, kind="job.cancelled", status=job.status, parent=None)


# SQL: there is hardly ever a job in line, which an empty index says.
SOMEBODY_WAITS = "EXISTS (SELECT 1 FROM jobs_job p WHERE p.status = 'PENDING')"


def job_ended(job_id: UUID, _status: str) -> None:
    """A place is free: the first in line gets it. In the transaction that ends the job.

    One that gets in line at this very moment is found by the scheduler's sweep.
    """
    ended = Job.objects.filter(id=job_id).values_list("organization_id", "workflow_id").first()
    if ended is not None:
        _let_in(*ended)


def sweep() -> int:
    """Lets in whoever fits: for limits that were raised; answers how many."""
    waiting = Job.objects.filter(status=JobStatus.PENDING).values_list("organization_id", "workflow_id").distinct()
    count = 0
    for organization, workflow in list(waiting):
        with transaction.atomic():
            count += _let_in(organization, workflow)
    return count


def _let_in(organization: UUID, workflow: UUID) -> int:
    """Of the ended job's workflow first; of the whole organisation where that is limited, too."""
    same = Job.objects.filter(organization_id=organization, status=JobStatus.PENDING)
    if not settings.MAX_JOBS_PER_ORGANIZATION:
        same = same.filter(workflow_id=workflow)
    count = 0
    full: set[UUID] = set()
    while (job := _first(same.exclude(workflow_id__in=full))) is not None:
        _lock(job)
        reason = _in_the_way(job, _Limits.of(job.version.definition))
        if reason:
            full.add(job.workflow_id)
            continue
        count += _admit(job)
    return count


def _admit(job: Job) -> int:
    admitted = Job.objects.filter(id=job.id, status=JobStatus.PENDING).update(
        status=JobStatus.QUEUED, due_at=Now(), wait_reason=""
    )
    if admitted:
        queue.ring()
        bus.hint(job.id)
    return admitted


def _first(waiting: QuerySet[Job]) -> Job | None:
    """The next in line: by priority, and by age so that none waits for ever."""
    # One that somebody is just cancelling is passed over instead of waited for.
    free = waiting.select_related("version").select_for_update(skip_locked=True, no_key=True, of=("self",))
    heads = [head for level in range(4) if (head := free.filter(priority=level).order_by("created_at", "id").first())]
    return min(heads, key=lambda job: (_rank(job), job.id), default=None)


def _rank(job: Job) -> datetime:
    return job.created_at + timedelta(seconds=job.priority * settings.PRIORITY_AGEING_SECONDS)


def _in_the_way(job: Job, limits: _Limits) -> str:
    """Which limit is reached; empty when there is a place."""
    most = limits.workflow
    if most is not None and under_way.is_full("workflow_id", job.workflow_id, most=most):
        return f"{_jobs(most)} of this workflow may run at the same time."
    most = limits.organization
    if most is not None and under_way.is_full("organization_id", job.organization_id, most=most):
        return f"{_jobs(most)} of this organisation may run at the same time."
    return ""


def _jobs(count: int) -> str:
    return f"only {count} job{'s' if count > 1 else ''}"


def _cancel_oldest(workflow_id: UUID, *, most: int) -> None:
    ids = under_way.not_cancelled(workflow_id)
    for id_ in ids[: max(0, len(ids) - most + 1)]:
        control.cancel(id_, reason="A newer job of this workflow has taken its place.")


def _lock(job: Job) -> None:
    # Weaker than what an insert's foreign key waits for: jobs of workflows without a limit are created meanwhile.
    workflows = Workflow.objects.select_for_update(no_key=True).filter(id=job.workflow_id)
    list(workflows.values_list("id", flat=True))
    if settings.MAX_JOBS_PER_ORGANIZATION:
        organizations = Organization.objects.select_for_update(no_key=True).filter(id=job.organization_id)
        list(organizations.values_list("id", flat=True))

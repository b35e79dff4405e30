"""Deleting ended jobs for real, with their steps, events and files: by age, by number, by size.

Any number of schedulers may do it: each takes some jobs at a time, and one that is gone is gone. Live jobs are never
touched, nor ended ones that a live parent still reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast, Coalesce, Length, Now

from backend.accounts.models import Organization
from backend.files import services as files
from backend.files.models import FileUse
from backend.guards.models import CacheEntry
from backend.jobs import state
from backend.jobs.models import Job, JobTotal, RetentionPolicy, StepRun
from backend.workflows.models import Workflow, WorkflowVersion

_BATCH = 200  # jobs in one transaction, so that nobody waits long for the database
_TESTS_STAY = timedelta(minutes=15)  # longer than any test takes
_ROUNDS = 50  # batches of one workflow in one sweep


@dataclass(frozen=True, slots=True)
class Policy:
    """How much of a workflow's past is kept; None is no limit."""

    days: float | None = None
    jobs: int | None = None
    megabytes: float | None = None


def policy_of(workflow: Workflow) -> Policy:
    """What the workflow says, else its organisation, else the installation; each part by itself."""
    rows = RetentionPolicy.objects.filter(
        Q(workflow=workflow) | Q(workflow=None), organization_id=workflow.organization_id
    )
    own, shared = (
        next((row for row in rows if (row.workflow_id is not None) is specific), RetentionPolicy())
        for specific in (True, False)
    )
    return Policy(
        days=_first(own.days, shared.days, settings.RETENTION_DAYS or None),
        jobs=_first(own.jobs, shared.jobs),
        megabytes=_first(own.megabytes, shared.megabytes),
    )


N = TypeVar("N", int, float)


def _first(*values: N | None) -> N | None:
    found = next((value for value in values if value is not None), None)
    return found or None  # 0 is no limit, and says so against a wider policy


def sweep() -> int:
    """Deletes what no policy keeps; answers how many jobs."""
    count = sum(_sweep(workflow) for workflow in Workflow.objects.order_by("id"))
    forget_tests()
    forget_uses()
    return count


def forget_tests() -> None:
    """Tests whose answer nobody has waited for, and what they ran from."""
    old = Job.objects.filter(is_test=True, status__in=state.ENDED, finished_at__lt=Now() - _TESTS_STAY)
    delete(list(old.order_by("id").values_list("id", flat=True)[:_BATCH]))
    left = WorkflowVersion.objects.filter(workflow__is_hidden=True, created_at__lt=Now() - _TESTS_STAY)
    WorkflowVersion.objects.filter(id__in=left.filter(jobs=None).values_list("id", flat=True)[:_BATCH]).delete()


def _sweep(workflow: Workflow) -> int:
    policy = policy_of(workflow)
    count = 0
    for _ in range(_ROUNDS):
        batch = next(_over(workflow, policy), [])
        if not batch:
            break
        count += delete(batch)
    return count


def _over(workflow: Workflow, policy: Policy) -> Iterator[list[UUID]]:
    """The next jobs that go, the oldest first."""
    ended = _ended(workflow)
    if policy.days is not None:
        yield from _some(ended.filter(finished_at__lt=Now() - timedelta(days=policy.days)))
    if policy.jobs is not None:
        newest = list(ended.order_by("-id").values_list("id", flat=True)[policy.jobs - 1 : policy.jobs])
        if newest:
            yield from _some(ended.filter(id__lt=newest[0]))
    if policy.megabytes is not None:
        yield from _too_large(ended, most=int(policy.megabytes * 1_000_000))


def _some(jobs: QuerySet[Job]) -> Iterator[list[UUID]]:
    found = list(jobs.order_by("id").values_list("id", flat=True)[:_BATCH])
    if found:
        yield found


def _too_large(ended: QuerySet[Job], *, most: int) -> Iterator[list[UUID]]:
    kept = 0
    for job_id in ended.order_by("-id").values_list("id", flat=True).iterator():
        kept += size(job_id)
        if kept > most:
            yield from _some(ended.filter(id__lte=job_id))
            return


def size(job_id: UUID) -> int:
    """About how many bytes a job takes: its values, logs and files."""
    files_of = FileUse.objects.filter(job_id=job_id).aggregate(total=Coalesce(Sum("file__size"), 0))["total"]
    steps = StepRun.objects.filter(job_id=job_id).aggregate(
        total=Coalesce(Sum(Coalesce(Length(Cast("output", TextField())), 0) + Length("log")), 0)
    )["total"]
    own = Job.objects.filter(id=job_id).values_list(Length(Cast("input", TextField())), flat=True).first()
    return int(files_of) + int(steps) + int(own or 0)


def _ended(workflow: Workflow) -> QuerySet[Job]:
    parent_lives = Job.objects.filter(id=OuterRef("parent_id"), status__in=state.LIVE)
    return Job.objects.filter(~Exists(parent_lives), workflow=workflow, status__in=state.ENDED)


def delete(ids: list[UUID]) -> int:
    """Deletes ended jobs with everything that belongs to them; their files go with the next sweep of files."""
    with transaction.atomic():
        gone = Job.objects.filter(id__in=ids, status__in=state.ENDED)
        count = gone.count()
        _count(gone.filter(is_test=False))
        gone.delete()
        files.uses_forget(ids)
    return count


def _count(gone: QuerySet[Job]) -> None:
    """Adds what goes to the totals."""
    groups: Counter[tuple[UUID, str]] = Counter()
    seconds: Counter[tuple[UUID, str]] = Counter()
    for workflow, status, started, finished in gone.values_list("workflow_id", "status", "started_at", "finished_at"):
        groups[workflow, status] += 1
        seconds[workflow, status] += round((finished - started).total_seconds() * 1e6) if started and finished else 0
    for (workflow, status), number in groups.items():
        JobTotal.objects.get_or_create(workflow_id=workflow, status=status)
        JobTotal.objects.filter(workflow_id=workflow, status=status).update(
            jobs=F("jobs") + number, seconds=F("seconds") + seconds[workflow, status] / 1e6
        )


def forget_uses() -> None:
    """Files of jobs that went with their workflow: nobody told the files."""
    holders = [Exists(model.objects.filter(id=OuterRef("job_id"))) for model in (Job, CacheEntry)]
    old = FileUse.objects.filter(file__created_at__lt=Now() - files.ORPHANED_AFTER)  # not one that is just being made
    orphans = old.filter(*(~holder for holder in holders)).values_list("job_id", flat=True).distinct()[:_BATCH]
    files.uses_forget(list(orphans))


def policy_set(organization: Organization, *, workflow: Workflow | None, policy: Policy) -> RetentionPolicy:
    """Sets what is kept of an organisation's jobs, or of one workflow's."""
    values = {"days": policy.days, "jobs": policy.jobs, "megabytes": policy.megabytes}
    row, _ = RetentionPolicy.objects.update_or_create(organization=organization, workflow=workflow, defaults=values)
    return row


def policies(organization: Organization) -> list[tuple[str | None, Policy]]:
    """All policies of an organisation with their workflows' slugs; its own comes first, set or not."""
    rows = list(RetentionPolicy.objects.filter(organization=organization).select_related("workflow"))
    own = next((row for row in rows if row.workflow is None), RetentionPolicy())
    others = [(row.workflow.slug, _policy(row)) for row in rows if row.workflow is not None]
    return [(None, _policy(own)), *sorted(others, key=lambda entry: entry[0])]


def _policy(row: RetentionPolicy) -> Policy:
    return Policy(days=row.days, jobs=row.jobs, megabytes=row.megabytes)

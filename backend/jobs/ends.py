"""Waiting for the end of a job, from outside the engine; in raw SQL, as those who wait are many."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from backend.events import switchboard
from backend.jobs import news, sql, state, waits
from backend.jobs.models import Job, JobStatus, StepWait
from backend.jobs.news import Seen

_FIRST_LOOK_SECONDS = 0.02  # a job that was stored just now is not looked at in vain; most fast ones tell before
_LOOK_SECONDS = 0.5  # how long a lost hint can go unnoticed
_FEW = 20  # of many child jobs at once these are looked at


def has_ended(_: UUID, status: str) -> bool:
    """Whether nothing of the job will change any more."""
    return status in state.ENDED


def rests(job_id: UUID, status: str) -> bool:
    """Whether the job has ended, or waits for a person, itself or by a job that it waits for: nobody knows how long."""
    return status in state.ENDED or (status == JobStatus.WAITING and _waits_for_people([job_id]))


def _waits_for_people(jobs: list[UUID]) -> bool:
    if not jobs:
        return False
    if StepWait.objects.filter(job_id__in=jobs, signal__in=waits.BY_PEOPLE, delivered_at__isnull=True).exists():
        return True
    children = Job.objects.filter(parent_id__in=jobs, status=JobStatus.WAITING).exclude(parent_path="")
    return _waits_for_people(list(children.values_list("id", flat=True)[:_FEW]))


def job_wait(job_id: UUID, *, timeout: float, until: Callable[[UUID, str], bool] = has_ended) -> Seen:
    """The job once it has ended, or has come to what is told, or as it is after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    with switchboard.listening(job_id) as listener:
        listener.wait(min(timeout, _FIRST_LOOK_SECONDS))
        while True:
            seen = news.heard(listener.told) or _look(job_id)
            remaining = deadline - time.monotonic()
            if remaining <= 0 or until(job_id, seen.status):
                return seen
            listener.wait(min(remaining, _LOOK_SECONDS))


def _look(job_id: UUID) -> Seen:
    ((status, *others),) = sql.hot(
        "SELECT status, output, response, error FROM jobs_job WHERE id = %s", [sql.to_uuid(job_id)]
    )
    output, response, error = map(sql.from_json, others)
    return Seen(str(status), output, response, error)

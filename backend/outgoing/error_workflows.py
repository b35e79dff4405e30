"""A failed job starts the error workflow that its settings name: once for each kind of failure in a while."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from backend.common.errors import AppError
from backend.common.json import JSON
from backend.jobs.models import Job, JobStatus, TriggeredBy
from backend.jobs.services import job_create
from backend.outgoing.models import ErrorNotice
from backend.workflows import selectors as workflow_selectors

log = structlog.get_logger(__name__)

_FAILURES = frozenset({JobStatus.FAILED, JobStatus.TIMED_OUT})


def job_ended(job_id: UUID, status: str) -> None:
    """In the transaction that ends the job: the failure and the job that tells of it are recorded together."""
    if status not in _FAILURES:
        return
    job = Job.objects.select_related("workflow__organization", "version").get(id=job_id)
    slug = job.version.definition.get("settings", {}).get("error_workflow")
    heard = job.parent_path or job.is_test  # by the parent, or by the one who tests
    if not slug or job.triggered_by == TriggeredBy.ERROR or heard:
        return
    suppressed = _tell(job)
    if suppressed is None:
        return
    try:
        with transaction.atomic():
            _start(job, slug, suppressed=suppressed)
    except AppError as error:
        log.warning("error_workflow_not_started", job=str(job_id), error_workflow=slug, reason=error.detail)


def _start(job: Job, slug: str, *, suppressed: int) -> None:
    workflow = workflow_selectors.workflow_get(job.workflow.organization, key=slug)
    version = workflow.published_version
    if version is None:
        log.warning("error_workflow_not_published", job=str(job.id), error_workflow=slug)
        return
    job_create(
        workflow=workflow,
        version=version,
        input=error_input(job, suppressed=suppressed),
        triggered_by=TriggeredBy.ERROR,
    )


def error_input(job: Job, *, suppressed: int = 0) -> dict[str, JSON]:
    """What an error workflow gets; `suppressed` counts the same failures since the last time."""
    told = {
        "id": str(job.id),
        "workflow": job.workflow.slug,
        "workflow_name": job.workflow.name,
        "version": job.version.number,
        "status": job.status,
        "triggered_by": job.triggered_by,
        "url": f"{settings.STEPGRAPH_BASE_URL}/jobs/{job.id}",
    }
    return {"job": told, "error": job.error, "suppressed": suppressed}


def _tell(job: Job) -> int | None:
    """How many of this kind were not told since the last one; None if this one is not told either."""
    error = job.error or {}
    signature = f"{error.get('step') or ''}:{error.get('type') or job.status}"[:200]
    notices = ErrorNotice.objects.filter(workflow_id=job.workflow_id, signature=signature)
    window = timedelta(seconds=settings.ERROR_WORKFLOW_SECONDS)
    known = notices.first()
    if known is None:
        try:
            with transaction.atomic():
                ErrorNotice.objects.create(workflow_id=job.workflow_id, signature=signature, told_at=Now())
        except IntegrityError:  # another failure of this kind was quicker
            notices.update(suppressed=F("suppressed") + 1)
            return None
        return 0
    if notices.filter(told_at__lte=Now() - window, told_at=known.told_at).update(told_at=Now(), suppressed=0):
        return known.suppressed
    notices.update(suppressed=F("suppressed") + 1)
    return None

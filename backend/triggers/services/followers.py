"""Starting workflows when a job of another one has ended."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction

from backend.common.errors import AppError
from backend.common.json import JSON
from backend.jobs.models import Job, TriggeredBy
from backend.jobs.services import job_create
from backend.triggers import publishing
from backend.triggers.models import Follower
from backend.triggers.publishing import Triggers
from backend.workflows.format import WorkflowTrigger
from backend.workflows.models import Workflow

log = structlog.get_logger(__name__)

MOST_LINKS = 10  # jobs that may follow each other in a chain: two workflows that follow each other would never end
_SUCCESS = "SUCCESS"


@transaction.atomic
def workflow_published(workflow: Workflow, triggers: Triggers, *, before: Triggers = ()) -> None:
    """Keeps what the published definition follows; what is gone from it is forgotten."""
    wanted = publishing.wanted(WorkflowTrigger, triggers, before=before)
    Follower.objects.filter(workflow=workflow).exclude(trigger_id__in=wanted).delete()
    for id_, one in wanted.items():
        values = {
            "organization_id": workflow.organization_id,
            "followed": one.trigger.workflow,
            "on": one.trigger.on,
            "start_at": one.trigger.start_at or "",
            "is_active": one.trigger.is_active,
        }
        also = {"followed"} if "workflow" in (one.changed or ()) else ()
        Follower.objects.update_or_create(
            workflow=workflow, trigger_id=id_, defaults=one.news(values, also=also), create_defaults=values
        )


# SQL about a job: another workflow follows its own, as hardly ever.
IS_FOLLOWED = (
    "EXISTS (SELECT 1 FROM triggers_follower f JOIN workflows_workflow w ON w.slug = f.followed"
    " WHERE f.organization_id = jobs_job.organization_id AND w.id = jobs_job.workflow_id)"
)


def job_ended(job_id: UUID, status: str) -> None:
    """What the end of a job calls, in its own transaction: one that follows and cannot start never undoes that end."""
    job = (
        Job.objects.select_related("workflow")
        .only(
            "id",
            "organization_id",
            "workflow__slug",
            "workflow__name",
            "output",
            "error",
            "input",
            "version",
            "triggered_by",
            "is_test",
        )
        .get(pk=job_id)
    )
    if job.is_test:
        return
    on = ["always", "success" if status == _SUCCESS else "failure"]
    following = Follower.objects.filter(
        organization_id=job.organization_id,
        followed=job.workflow.slug,
        on__in=on,
        is_active=True,
        workflow__is_active=True,
        workflow__published_version__isnull=False,
    )
    for follower in following.select_related("workflow__published_version"):
        _follow(follower, job, status=status)


def _follow(follower: Follower, job: Job, *, status: str) -> None:
    links = int((job.input.get("finished") or {}).get("links", 0)) + 1 if job.triggered_by == "WORKFLOW" else 1
    if links > MOST_LINKS:
        log.warning("chain of workflows cut", workflow=follower.workflow.slug, job=str(job.pk), links=links)
        return
    version = follower.workflow.published_version
    assert version is not None
    try:
        with transaction.atomic():
            job_create(
                workflow=follower.workflow,
                version=version,
                input={},
                facts={"finished": {**_facts(job, status=status), "links": links}},
                triggered_by=TriggeredBy.WORKFLOW,
                start_at=follower.start_at,
                idempotency_key=f"after:{follower.pk}:{job.pk}",
            )
    except AppError as error:
        log.warning("follower not started", workflow=follower.workflow.slug, job=str(job.pk), reason=error.detail)


def _facts(job: Job, *, status: str) -> dict[str, JSON]:
    """What a workflow sees as `input.finished`."""
    return {
        "job": str(job.pk),
        "workflow": job.workflow.slug,
        "workflow_name": job.workflow.name,
        "status": status,
        "output": job.output,
        "error": job.error,
    }

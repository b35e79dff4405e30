"""Hooks that start a workflow: a job of its own, once for each occasion."""

from __future__ import annotations

import hashlib

import structlog
from django.db import transaction

from backend.common.errors import AppError, Invalid
from backend.common.json import JSON
from backend.hooks.known import Known
from backend.jobs.models import Job, TriggeredBy
from backend.jobs.services import job_create
from backend.workflows import selectors

log = structlog.get_logger(__name__)


def is_of_a_hook(job: Job) -> bool:
    """Whether a hook started the job, or one that it belongs to: hooks do not look at what hooks do."""
    above: Job | None = job
    while above is not None:
        if above.triggered_by == TriggeredBy.HOOK:
            return True
        above = above.parent if above.parent_id else None
    return False


def start(hook: Known, job: Job, facts: dict[str, JSON], *, occasion: str) -> Job:
    """Starts the hook's workflow; the same occasion starts it once. Raises AppError."""
    workflow = selectors.workflow_get(job.organization, key=str(hook.config["workflow"]))
    if workflow.published_version is None:
        raise Invalid(f"“{workflow.name}” has not been published yet. Publish it first.")
    return job_create(
        workflow=workflow,
        version=workflow.published_version,
        input={},
        facts={"hook": facts},
        triggered_by=TriggeredBy.HOOK,
        # As a digest: a path in loops in loops may be longer than the column, and differ only at its end.
        idempotency_key=f"hook:{hook.id}:{job.id}:{hashlib.sha256(occasion.encode()).hexdigest()}",
    )


def start_quietly(hook: Known, job: Job, facts: dict[str, JSON], *, occasion: str) -> None:
    """The same in the transaction of somebody else, which goes on whatever comes of it."""
    try:
        with transaction.atomic():
            start(hook, job, facts, occasion=occasion)
    except AppError as error:
        log.warning("hook_not_run", hook=hook.name, job=str(job.id), reason=error.detail)

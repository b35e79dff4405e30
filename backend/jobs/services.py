"""What can be done to jobs from outside the engine: create, cancel, retry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import jsonschema
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from backend import queue
from backend.common import schemas
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.events import bus
from backend.files import values
from backend.jobs import admission, control, sql, state
from backend.jobs.errors import IllegalTransition, WorkflowDisabled
from backend.jobs.inserting import Beside, NoLonger, job_insert, job_new
from backend.jobs.listeners import end_listeners, wait_listeners
from backend.jobs.models import Job, Scheduler, TriggeredBy
from backend.jobs.signals import event_send, signal_deliver
from backend.workflows import selectors as workflow_selectors
from backend.workflows import services as workflow_services
from backend.workflows import starting

if TYPE_CHECKING:
    from backend.accounts.actor import Actor
    from backend.accounts.models import User
    from backend.workflows.models import Workflow, WorkflowVersion


__all__ = [
    "Asked",
    "Beside",
    "NoLonger",
    "Origin",
    "accepted_input",
    "end_listeners",
    "event_send",
    "job_cancel",
    "job_create",
    "job_execute",
    "job_prepare",
    "job_store",
    "scheduler_seen",
    "signal_deliver",
    "version_to_run",
    "wait_listeners",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person or a program asks for when it starts a job."""

    context: dict[str, JSON]
    version: JSON = None  # a number, "draft", or None for the published one
    priority: int | None = None
    idempotency_key: str | None = None
    start_at: str = ""
    until: str = ""  # a step of the draft: run no further


def job_execute(actor: Actor, workflow: Workflow, asked: Asked) -> Job:
    """Starts a job for somebody; raises as `job_create` and `version_to_run` do."""
    return job_create(
        workflow=workflow,
        version=version_to_run(workflow, asked=asked.version, user=actor.user, until=asked.until),
        input=asked.context,
        triggered_by=TriggeredBy.API if actor.api_key else TriggeredBy.MANUAL,
        priority=asked.priority,
        idempotency_key=asked.idempotency_key,
        start_at=asked.start_at,
        created_by=actor.user,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a job comes from, beside what triggered it."""

    created_by: User | None = None
    retried_from: Job | None = None
    parent: Job | None = None  # the job whose step has started it
    parent_path: str = ""  # of the step that waits for its end; empty: none does


def job_create(  # noqa: PLR0913 one place where a job's many facts meet, all of them named
    *,
    workflow: Workflow,
    version: WorkflowVersion,
    input: dict[str, JSON],  # noqa: A002 the format's own word
    triggered_by: str,
    priority: int | None = None,
    idempotency_key: str | None = None,
    start_at: str = "",
    created_by: User | None = None,
    retried_from: Job | None = None,
    facts: dict[str, JSON] | None = None,
    beside: Callable[[UUID], Beside] | None = None,
) -> Job:
    """Accepts a job: one row and one ring. The same idempotency key gives the job that it gave before.

    `facts` are what a trigger tells besides; the workflow's `inputs` do not speak of them. `beside` is what a trigger
    keeps of a job, by its id.

    Raises WorkflowDisabled, Invalid when the input does not fit the definition's `inputs`, and NoLonger of `beside`.
    """
    job = job_prepare(
        workflow=workflow,
        version=version,
        input=input,
        triggered_by=triggered_by,
        priority=priority,
        start_at=start_at,
        origin=Origin(created_by=created_by, retried_from=retried_from),
    )
    job.input |= facts or {}
    job.idempotency_key = idempotency_key
    return job_store(job, beside=beside(job.id) if beside is not None else None)


def job_prepare(
    *,
    workflow: Workflow,
    version: WorkflowVersion,
    input: dict[str, JSON],  # noqa: A002 the format's own word
    triggered_by: str,
    origin: Origin,
    priority: int | None = None,
    start_at: str = "",
) -> Job:
    """A job that is not stored yet; raises as `job_create` does."""
    if not workflow.is_active:
        raise WorkflowDisabled
    definition = version.definition
    parent = origin.parent
    return job_new(
        workflow=workflow,
        version=version,
        triggered_by=triggered_by,
        priority=_priority(definition, priority),
        input=_input(definition.get("inputs"), input, triggered_by=triggered_by),
        start_at=_start_at(definition, start_at),
        created_by_id=origin.created_by.pk if origin.created_by is not None else None,
        retried_from_id=origin.retried_from.pk if origin.retried_from is not None else None,
        parent_id=parent.pk if parent is not None else None,
        parent_path=origin.parent_path,
        depth=parent.depth + 1 if parent is not None else 0,
        is_test=parent is not None and parent.is_test,
    )


def version_to_run(
    workflow: Workflow, *, asked: JSON = None, user: User | None = None, until: str = ""
) -> WorkflowVersion:
    """What a person's run means: a version by number, "draft", or the published one (without one the draft).

    With `until`, the part of the draft that leads to that step. Raises NotFound for a number that does not exist, and
    InvalidWorkflow with all problems when the draft is not valid.
    """
    if isinstance(asked, int) and not isinstance(asked, bool):
        if until:
            raise Invalid("“until” is for the draft: leave “version” out.")
        return workflow_selectors.version_get(workflow, number=asked)
    if asked is not None and asked != "draft":
        raise Invalid("“version” is a number, or the word draft.")
    if asked is None and not until and workflow.published_version is not None:
        return workflow.published_version
    return workflow_services.snapshot_get_or_create(workflow, definition=workflow.definition, user=user, until=until)


def job_store(job: Job, *, beside: Beside | None = None) -> Job:
    """Stores a prepared job and rings, both with the transaction that is going on.

    Whoever brings something beside it is told of collisions, by IntegrityError; to others the same idempotency key
    gives the job that it gave before.
    """
    text = sql.to_json(job.input)
    small = text is not None and len(text) <= settings.OFFLOAD_CHARACTERS and '"$file"' not in text
    if not small:
        job.input, text = values.offloaded(job.input, organization=job.organization_id, job=job.id), None
    if job.retried_from_id is not None:
        values.uses_copy(source=job.retried_from_id, target=job.id)
    try:
        if admission.is_unlimited(job):
            job_insert(job, beside=beside, input_text=text)
        else:
            with transaction.atomic(savepoint=job.idempotency_key is not None):
                admission.place(job)
                job_insert(job, beside=beside, input_text=text)
                admission.stored(job)
        queue.ring()
    except IntegrityError:
        if job.idempotency_key is None or beside is not None:
            raise
        existing = Job.objects.filter(workflow_id=job.workflow_id, idempotency_key=job.idempotency_key).first()
        if existing is None:
            raise
        return existing
    return job


def _priority(definition: dict[str, JSON], priority: int | None) -> int:
    chosen = priority if priority is not None else definition.get("settings", {}).get("priority", 2)
    if chosen not in {0, 1, 2, 3}:
        raise Invalid("A priority is 0 (urgent), 1 (high), 2 (normal) or 3 (low).")
    return int(chosen)


def _start_at(definition: dict[str, JSON], step: str) -> str:
    fault = starting.fault_of(definition, step) if step else None
    if fault is not None:
        raise Invalid(fault.message, problems=[fault])
    return step


def _input(schema: dict[str, JSON] | None, value: dict[str, JSON], *, triggered_by: str) -> dict[str, JSON]:
    """A webhook's caller cannot know the schema: what it sends is the payload, which the workflow looks at itself."""
    filled = {**_defaults(schema or {}), **value}
    return filled if triggered_by == TriggeredBy.WEBHOOK else accepted_input(schema, filled)


def _defaults(schema: dict[str, JSON]) -> dict[str, JSON]:
    fields = schema.get("properties", {})
    return {name: field["default"] for name, field in fields.items() if isinstance(field, dict) and "default" in field}


def accepted_input(schema: dict[str, JSON] | None, filled: dict[str, JSON]) -> dict[str, JSON]:
    """The input, if it fits the schema; raises Invalid with every mismatch at once."""
    if not schema:
        return filled
    try:
        problems = [_mismatch(error) for error in schemas.mismatches(schema, filled)]
    except schemas.SchemaFault as fault:
        raise Invalid(f"The workflow's “inputs” are not a valid schema: {fault}") from fault
    if problems:
        raise Invalid("The input does not fit the workflow's inputs.", problems=problems)
    return filled


def _mismatch(error: jsonschema.ValidationError) -> Problem:
    return Problem(
        error.message,
        path=error.json_path.replace("$", "context", 1),
        hint=_hint(error),
        code="input",
    )


def _hint(error: jsonschema.ValidationError) -> str:
    if error.validator == "required":
        return "Add it to the input."
    return f"Expected: {error.schema.get('description') or error.validator}." if isinstance(error.schema, dict) else ""


def scheduler_seen(scheduler: UUID, *, host: str, pid: int) -> None:
    """Notes that a scheduler lives, and forgets those that have not been seen for long."""
    Scheduler.objects.update_or_create(id=scheduler, defaults={"host": host, "pid": pid, "seen_at": Now()})
    Scheduler.objects.filter(seen_at__lt=Now() - timedelta(hours=1)).delete()


def job_cancel(job: Job, *, reason: str = "", actor: str = "") -> Job:
    """Asks for the end of a live job. One that no worker holds ends at once, another within seconds."""
    if not state.allowed("cancel", job.status) or job.cancel_requested_at is not None:
        raise IllegalTransition(
            f"A job that is {job.status} cannot be cancelled{' again' if job.cancel_requested_at else ''}."
        )
    with transaction.atomic():
        if not control.cancel(job.id, reason=reason, actor=actor):
            raise IllegalTransition("The job has just ended.")
        bus.hint(job.id)
    control.cancel_forsaken()
    job.refresh_from_db()
    return job

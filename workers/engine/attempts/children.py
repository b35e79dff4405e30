"""Jobs that a step of another job starts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.catalog.steps import Published, StartChild, StepFailed
from backend.common import faultpoints
from backend.common.errors import AppError, Invalid
from backend.jobs import services
from backend.jobs.models import Job, TriggeredBy
from backend.workflows import selectors
from backend.workflows.models import Workflow, WorkflowVersion
from workers.engine.base.database import short_connection
from workers.engine.flow.activity import Activity

MAX_DEPTH = 32  # jobs that start jobs that start jobs …


@dataclass(frozen=True, slots=True)
class ChildJob:
    """A job that is ready to be stored."""

    job: Job

    @property
    def id(self) -> UUID:
        """Its id, known before it is stored."""
        return self.job.id

    def store(self) -> None:
        """Stores it, in the transaction that is going on."""
        services.job_store(self.job)
        faultpoints.reached("child.stored")


def prepare(parent: Job, activity: Activity, asked: StartChild) -> ChildJob | StepFailed:
    """The job that a step asks for; or why there cannot be one."""
    if parent.depth + 1 > MAX_DEPTH:
        return _too_deep(parent, asked.workflow)
    try:
        workflow = selectors.workflow_get(parent.organization, key=asked.workflow)
        job = services.job_prepare(
            workflow=workflow,
            version=_version(workflow, asked.version),
            input=dict(asked.inputs),
            triggered_by=TriggeredBy.SUBFLOW,
            priority=parent.priority,
            origin=services.Origin(
                created_by=parent.created_by, parent=parent, parent_path=activity.path if asked.wait else ""
            ),
        )
    except AppError as error:
        problems = "; ".join(problem.message for problem in getattr(error, "problems", ()))
        message = f"The workflow “{asked.workflow}” was not started: {error}{f' {problems}' if problems else ''}"
        return StepFailed(message, error_type="validation")
    return ChildJob(job)


def published(parent: Job, slug: str, number: int | None) -> Published:
    """A workflow that a step may start, as it is now. Raises StepFailed."""
    try:
        with short_connection():
            workflow = selectors.workflow_get(parent.organization, key=slug)
            version = _version(workflow, number)
    except AppError as error:
        raise StepFailed(f"The workflow “{slug}” cannot be used: {error}", error_type="validation") from error
    definition = version.definition
    return Published(
        slug=workflow.slug,
        version=version.number or 0,
        name=workflow.name,
        description=str(definition.get("description") or workflow.description),
        inputs=definition.get("inputs") or {},
    )


def _version(workflow: Workflow, number: int | None) -> WorkflowVersion:
    if number is not None:
        return selectors.version_get(workflow, number=number)
    if workflow.published_version is None:
        raise Invalid(f"“{workflow.name}” has not been published yet. Publish it first.")
    return workflow.published_version


def _too_deep(job: Job, last: str) -> StepFailed:
    names = [last]
    above: Job | None = job
    while above is not None:
        names.append(above.workflow.slug)
        above = above.parent
    chain = " → ".join(reversed(names))
    shown = chain if len(chain) <= 400 else f"{chain[:200]} … {chain[-190:]}"
    return StepFailed(
        f"Workflows start workflows more than {MAX_DEPTH} deep: {shown}.",
        error_type="limit",
        hint="Do two of them start each other? Let a condition end that.",
    )

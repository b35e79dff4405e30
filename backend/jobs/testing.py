"""Tests of single steps: a job like any other, run by the workers, of which nothing stays but the answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.db import DatabaseError, IntegrityError, transaction

from backend.ai.selectors import usage_of_job
from backend.common.errors import Conflict, Invalid, Unavailable
from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.events import switchboard
from backend.files import refs, values
from backend.jobs import control, health, retention, selectors, serializers, services, state, store
from backend.jobs.models import Job, JobStatus, StepRun, StepStatus, TriggeredBy
from backend.workflows import documents, excerpt, resources
from backend.workflows.errors import InvalidWorkflow
from backend.workflows.format import Definition
from backend.workflows.format.aliases import normalise
from backend.workflows.format.canonical import canonical
from backend.workflows.models import Workflow, WorkflowVersion

if TYPE_CHECKING:
    from backend.accounts.actor import Actor
    from backend.accounts.models import Organization

logger = structlog.get_logger(__name__)

MOST_SECONDS = 120.0
_GRACE = 5.0  # for a worker to see that the time is up
_LOOK_SECONDS = 0.5
_MOST_CHARACTERS = 2_000_000  # of an output that is answered whole
_SLUG = "~step-tests"  # no workflow of a person can have it
_ENDS = frozenset({StepStatus.SUCCESS, StepStatus.FAILED, StepStatus.SKIPPED})
_OWN_WAITS = frozenset({"child", "retry"})  # end by themselves, and soon


@dataclass(frozen=True, slots=True)
class Asked:
    """Which step, and with what."""

    definition: JSON
    step: str
    context: dict[str, JSON]
    job: UUID | None = None  # its results are known as well
    timeout: float = 60.0


def step_test(actor: Actor, asked: Asked) -> dict[str, JSON]:
    """Runs the step once and answers its step run. Raises InvalidWorkflow, NotFound, Unavailable, Conflict."""
    document = _document(asked)
    part = excerpt.single(document, asked.step, given=asked.context, seconds=asked.timeout)
    _check(actor, document, part=part, given=asked.context)
    if not health.worker_lives():
        raise Unavailable("No worker is running, so the step would wait. Start one, then try again.")
    earlier = selectors.job_get(actor.organization, asked.job) if asked.job else None
    names = {**(_known(earlier, asked) if earlier else {}), **_pins(document), **asked.context}
    job = _started(actor, part, names, earlier=earlier)
    try:
        return _answer(_ended(job, seconds=asked.timeout + _GRACE), asked)
    finally:
        _forget(job)


def _document(asked: Asked) -> dict[str, JSON]:
    if not isinstance(asked.definition, dict):
        raise Invalid("The definition is not an object.")
    return documents.draft({"stepgraph": 1, "name": "Step test", **asked.definition})


def _check(actor: Actor, document: dict[str, JSON], *, part: dict[str, JSON], given: dict[str, JSON]) -> None:
    """What is wrong with this step; the rest of a draft may be as unfinished as it likes."""
    steps = excerpt.ids_of(part)
    found = resources.report(actor.organization, excerpt.with_names(document, given))
    problems = [problem for problem in found.errors if problem.step in steps]
    if problems:
        raise InvalidWorkflow("The step cannot run yet.", problems=problems)
    resources.require(actor, part)


def _pins(document: dict[str, JSON]) -> dict[str, JSON]:
    steps = [step for step in document.get("steps", []) if isinstance(step, dict) and "pinned_output" in step]
    return {step.get("output") or step["id"]: step["pinned_output"] for step in steps}


def _known(job: Job, asked: Asked) -> dict[str, JSON]:
    """What the earlier job knows by name; inside a loop, what its first iteration gave."""
    runs = list(selectors.step_runs(job))
    names = {step["id"]: step.get("output") or step["id"] for step in job.version.definition.get("steps", [])}
    ended = {StepStatus.SUCCESS, StepStatus.FAILED}
    inner = {
        names.get(run.step, run.step): run.output
        for run in runs
        if run.step != asked.step and run.status in ended and "[" in run.path and set(_indices(run.path)) == {"0"}
    }
    found = {**inner, **selectors.execution_context(job, runs)}
    errors = {run.step: {**run.error, "step": run.step} for run in runs if run.error}
    steps = {run.step: {"status": run.status, "attempts": len(run.attempts)} for run in runs if run.path == run.step}
    return {**found, "errors": errors, "steps": steps}


def _indices(path: str) -> list[str]:
    return [part.partition("]")[0] for part in path.split("[")[1:]]


@transaction.atomic
def _started(actor: Actor, part: dict[str, JSON], names: dict[str, JSON], *, earlier: Job | None) -> Job:
    definition = canonical(Definition.model_validate(normalise(part)))
    workflow = _home(actor.organization)
    version = WorkflowVersion.objects.create(
        workflow=workflow, definition=definition, checksum=f"test-{uuid7()}", created_by=actor.user
    )
    job = services.job_prepare(
        workflow=workflow,
        version=version,
        input=names,
        triggered_by=TriggeredBy.API if actor.api_key else TriggeredBy.MANUAL,
        priority=0,  # somebody looks at the screen
        origin=services.Origin(created_by=actor.user),
    )
    job.is_test = True
    if earlier is not None:
        values.uses_copy(source=earlier.id, target=job.id)
    return services.job_store(job)


def _home(organization: Organization) -> Workflow:
    """The workflow that tests belong to: jobs have one, and theirs may not be stored yet."""
    home = {"organization": organization, "slug": _SLUG}
    found = Workflow.objects.filter(**home).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Workflow.objects.create(**home, name="Tests of steps", is_hidden=True, definition={})
    except IntegrityError:  # another test was quicker
        return Workflow.objects.get(**home)


def _ended(job: Job, *, seconds: float) -> Job:
    """The job as soon as it has ended, or as it waits for something that nobody will bring."""
    deadline = time.monotonic() + seconds
    with switchboard.listening(job.id) as listener:
        while True:
            found = selectors.job_get(job.organization, job.id)
            remaining = deadline - time.monotonic()
            if found.status in state.ENDED or remaining <= 0 or _waits_for_others(found, seconds=remaining):
                return found
            listener.wait(min(remaining, _LOOK_SECONDS))


def _waits_for_others(job: Job, *, seconds: float) -> bool:
    if job.status != "WAITING":
        return False
    waits = selectors.waiting(job, list(selectors.step_runs(job)))
    return any(_is_of_others(wait, job, seconds=seconds) for wait in waits)


def _is_of_others(wait: dict[str, JSON], job: Job, *, seconds: float) -> bool:
    if wait["signal"] in _OWN_WAITS or wait["step"] is None:
        return False
    return bool(wait["signal"]) or (job.due_at - store.database_now()).total_seconds() > seconds


def _answer(job: Job, asked: Asked) -> dict[str, JSON]:
    runs = list(selectors.step_runs(job))
    run = next((run for run in runs if run.step == asked.step), None)
    if run is None:
        raise Conflict(_why_not(job, asked))
    named = job.version.definition["steps"]
    name = next((step.get("name") for step in named if step["id"] == asked.step), None) or asked.step
    usage = usage_of_job(job.id).get(run.path) if run.type == "ai" else None
    shown = serializers.step_run(run, name=name, ai_usage=usage)
    inside = [other for other in runs if other is not run and other.path.startswith((f"{run.path}[", f"{run.path}."))]
    return {
        **shown,
        **_how_it_went(job, run),
        "output": _whole(run, job),
        "waiting": next(iter(selectors.waiting(job, [run])), None),
        "steps": [serializers.step_run(other, name=other.step) for other in inside],
    }


def _how_it_went(job: Job, run: StepRun) -> dict[str, JSON]:
    """A step that was stopped has failed, to the one who tests it: its time was up."""
    if job.status != JobStatus.TIMED_OUT and run.status in {*_ENDS, StepStatus.WAITING}:
        return {}
    message = "The step did not end in the time that a test may take."
    own = {"type": "timeout", "message": message, "step": run.step, "path": run.path, "attempt": len(run.attempts)}
    return {"status": StepStatus.FAILED, "error": own}


def _why_not(job: Job, asked: Asked) -> str:
    error = job.error or {}
    if error.get("message"):
        return f"“{asked.step}” was not reached: {error['message']}"
    if job.status in state.ENDED:
        return f"“{asked.step}” was not reached: the loop around it has nothing to go over."
    return f"“{asked.step}” was not started in time: the workers are busy. Try again."


def _whole(run: StepRun, job: Job) -> JSON:
    """The output; of a very large one, what is shown of it."""
    size = run.output["size"] if isinstance(run.output, dict) and refs.id_of(run.output) else 0
    return run.output if size > _MOST_CHARACTERS else values.loaded(run.output, job=job.id)


def _forget(job: Job) -> None:
    """Ends what still goes on and deletes everything; what a worker holds is left to the scheduler's sweep."""
    try:
        control.cancel(job.id, reason="The test of the step is over.")
        control.cancel_forsaken()
        children = Job.objects.filter(parent_id=job.id, is_test=True).values_list("id", flat=True)
        retention.delete([*children, job.id])
        if not Job.objects.filter(id=job.id).exists():
            WorkflowVersion.objects.filter(id=job.version_id).delete()
    except DatabaseError:
        logger.warning("step_test_left_behind", job=str(job.id), exc_info=True)

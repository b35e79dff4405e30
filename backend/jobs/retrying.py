"""Running an ended job again, as a new job: all of it, or only what did not succeed or follows a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from backend.common.errors import Conflict, Invalid, NotFound
from backend.common.json import JSON
from backend.jobs import reuse, selectors, state
from backend.jobs.errors import IllegalTransition
from backend.jobs.models import Job, StepRun, TriggeredBy
from backend.jobs.services import Origin, job_prepare, job_store, version_to_run
from backend.workflows.format.stored import stored
from backend.workflows.graph import Graph, build

if TYPE_CHECKING:
    from backend.accounts.models import User
    from backend.workflows.models import WorkflowVersion


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """How a job is to be run again. Without a place, all of it."""

    from_step: str = ""  # a step, or its path in an iteration: `batches[3].insert`
    from_failed: bool = False  # only what did not succeed
    context: dict[str, JSON] | None = None  # another input
    version: JSON = None  # a number, "latest", "draft"; None: the job's own
    until: str = ""  # a step of the draft: run no further
    rerun_changed: bool = False  # steps that are not the same any more are done again

    @property
    def partly(self) -> bool:
        """Whether results of the ended job are to be taken over."""
        return bool(self.from_step) or self.from_failed


class NotReusable(Conflict):
    """The results of the earlier job cannot be taken over."""

    error = "results cannot be reused"


def job_retry(job: Job, asked: RetryAsked | None = None, *, created_by: User | None = None) -> Job:
    """A new job linked to the ended one. Raises IllegalTransition, NotReusable, and what `job_create` raises."""
    asked = asked or RetryAsked()
    if not state.allowed("retry", job.status):
        raise IllegalTransition(f"A job that is {job.status} has not ended yet. Cancel it first.")
    version = _version(job, asked)
    whole = selectors.job_input(job)
    context = whole if asked.context is None else asked.context
    if asked.partly and context != whole:
        raise NotReusable("The results of the earlier steps came of another input. Run all of the job again.")
    copies = _reused(job, version, asked) if asked.partly else []
    made = job_prepare(
        workflow=job.workflow,
        version=version,
        input=context,
        triggered_by=TriggeredBy.RETRY,
        priority=job.priority,
        start_at=job.start_at,
        origin=Origin(created_by=created_by, retried_from=job),
    )
    with transaction.atomic():
        job_store(made)
        for copy in copies:
            copy.job = made
        StepRun.objects.bulk_create(copies, batch_size=500)
    return made


def _version(job: Job, asked: RetryAsked) -> WorkflowVersion:
    if asked.until:
        return version_to_run(job.workflow, asked=asked.version, until=asked.until)
    if asked.version is None:
        return job.version
    if asked.version == "latest":
        if job.workflow.published_version is None:
            raise Invalid("The workflow has no published version.")
        return job.workflow.published_version
    return version_to_run(job.workflow, asked=asked.version)


def _reused(job: Job, version: WorkflowVersion, asked: RetryAsked) -> list[StepRun]:
    graph = build(stored(version.definition))
    runs = list(StepRun.objects.filter(job=job).order_by("order", "id"))
    if asked.until or asked.rerun_changed:
        runs = [run for run in runs if run.step in graph.nodes]  # others were left out, or deleted
    else:
        _check_place(asked.from_step, runs, graph)
    anew = [asked.from_step] if asked.from_step else []
    if asked.rerun_changed:
        stale = set(_changed(job, version, runs))
        anew += [run.path for run in runs if run.step in stale or _repinned(run, graph)]
    kept = set(reuse.reusable(graph, [_recorded(run) for run in runs], anew=anew))
    reused = [run for run in runs if run.path in kept]
    if changed := _changed(job, version, reused):
        names = ", ".join(f"“{id_}”" for id_ in changed[:5])
        raise NotReusable(f"{names} changed since that job ran. Retry from there, or run all of the job again.")
    return [_copy(run, job) for run in reused]


def _recorded(run: StepRun) -> reuse.Recorded:
    undoes = (run.aside or {}).get("compensates") or ""
    return reuse.Recorded(run.path, run.step, run.status, run.continued, undoes)


def _changed(job: Job, version: WorkflowVersion, runs: list[StepRun]) -> list[str]:
    """The steps among these that are not what they were in that job."""
    return reuse.differences(job.version.definition, version.definition, steps=(run.step for run in runs))


def _repinned(run: StepRun, graph: Graph) -> bool:
    """Whether the step has another pinned output now, or none any more."""
    step = graph.nodes[run.step].step
    was_pinned = bool((run.aside or {}).get("pinned"))
    return run.output != step.pinned_output if step.is_pinned else was_pinned


def _check_place(path: str, runs: list[StepRun], graph: Graph) -> None:
    if not path or any(run.path == path for run in runs):
        return
    if path in graph.nodes:
        raise NotReusable(f"The step “{path}” did not run in that job. Run all of the job again.")
    raise NotFound(f"There is no step “{path}” in that job.")


def _copy(run: StepRun, job: Job) -> StepRun:
    aside = dict(run.aside or {})
    before = aside.get("reused")
    found = reuse.fingerprint(run.output)
    if before is not None and before["hash"] != found:
        raise NotReusable(f"The recorded result of “{run.path}” is damaged. Run all of the job again.")
    run.pk = None
    run._state.adding = True  # noqa: SLF001 Django's own way to copy a row
    run.aside = {**aside, "reused": before or {"job": str(job.id), "hash": found}}
    return run

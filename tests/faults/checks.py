"""What must hold once everything has come to rest, whatever went wrong meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.faults import effects
from tests.faults.corpus import Case

_ENDS = {"SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"}
_SIDE_BY_SIDE = 3  # calls of one job, at most
_LAST = {"job.completed", "job.failed", "job.cancelled", "job.timed_out"}


def unfinished() -> list[str]:
    """The jobs that have not ended, and why."""
    from backend.jobs.models import Job

    rows = Job.objects.exclude(status__in=_ENDS).select_related("workflow")
    return [
        f"{job.workflow.slug} is still {job.status} ({job.wait_reason or 'without a reason'}, due {job.due_at},"
        f" {list(job.steps.exclude(status='success').values_list('path', 'status'))})"
        for job in rows
    ]


def check(jobs: dict[UUID, Case], log: Path) -> list[str]:
    """Everything that does not hold."""
    calls = effects.counted(log)
    return [line for job_id, case in jobs.items() for line in _job(job_id, case, calls)]


def _job(job_id: UUID, case: Case, calls: dict[tuple[str, str], int]) -> Iterator[str]:
    from backend.jobs.models import Job

    job = Job.objects.get(id=job_id)
    name = f"{case.name} ({job_id})"
    if job.status != case.status:
        yield f"{name} ended as {job.status}: {job.error}"
        return
    if case.status == "SUCCESS" and job.output != case.output:
        yield f"{name} gave {job.output}"
    yield from (f"{name}: {line}" for line in _effects(job, case, calls))
    yield from (f"{name}: {line}" for line in _repeats(job, case, calls))
    yield from (f"{name}: {line}" for line in _steps(job))
    yield from (f"{name}: {line}" for line in _events(job))


def _effects(job: Any, case: Case, calls: dict[tuple[str, str], int]) -> Iterator[str]:
    made = {path: count for (id_, path), count in calls.items() if id_ == str(job.id)}
    for path, least in case.effects.items():
        if made.get(path, 0) < least:
            yield f"{path} had {made.get(path, 0)} effects, and should have had {least}"
    for path in made.keys() - case.effects.keys():
        yield f"{path} should not have had an effect"
    attempts = {run.path: len(run.attempts) for run in job.steps.all()}
    for path, count in made.items():
        # Each call belongs to an attempt that was recorded as begun, before it was made.
        if count > attempts.get(path, 0):
            yield f"{path} was called {count} times in {attempts.get(path, 0)} recorded attempts"


def _repeats(job: Any, case: Case, calls: dict[tuple[str, str], int]) -> Iterator[str]:
    """Each loss of an owner may interrupt what ran at that moment, side by side; nothing else is repeated."""
    made = sum(count for (id_, _), count in calls.items() if id_ == str(job.id))
    losses = job.events.filter(data__type="job.requeued").count()
    if made > sum(case.effects.values()) + _SIDE_BY_SIDE * losses:
        yield f"{made} effects although its owner was lost {losses} times only"


def _steps(job: Any) -> Iterator[str]:
    for run in job.steps.all():
        if run.status in {"pending", "running", "waiting"}:
            yield f"{run.path} is {run.status} in a job that has ended"
        finished = [attempt for attempt in run.attempts if attempt["ended_at"] and attempt["error"] is None]
        if run.status == "success" and len(finished) != 1:
            yield f"{run.path} has succeeded {len(finished)} times: {run.attempts}"
        if finished and run.attempts[-1] not in finished:
            yield f"{run.path} was tried again after it had succeeded: {run.attempts}"
    if job.waits.exists():
        yield "a wait is left"


def _events(job: Any) -> Iterator[str]:
    from backend.jobs.event_rows import of_row

    held = job.events.order_by("seq").values_list("seq", "data")
    rows = [numbered for last, data in held for numbered in of_row(job.id, last, data)]
    if [seq for seq, _ in rows] != list(range(1, len(rows) + 1)):
        yield f"the events are numbered {[seq for seq, _ in rows]}"
    kinds = [data["type"] for _, data in rows]
    if [kind for kind in kinds if kind in _LAST] != kinds[-1:]:
        yield f"the job ended more than once, or went on: {kinds}"
    done = [data["path"] for _, data in rows if data["type"] == "step.completed"]
    if len(done) != len(set(done)):
        yield f"a step was completed twice: {done}"

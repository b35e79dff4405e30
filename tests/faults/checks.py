"""What must hold once everything has come to rest, whatever went wrong meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.faults import effects
from tests.faults.corpus import Case

_ENDS = {"SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"}
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


def check(jobs: dict[UUID, Case], log: Path, *, kills: int) -> list[str]:
    """Everything that does not hold."""
    calls = effects.counted(log)
    problems = [line for job_id, case in jobs.items() for line in _job(job_id, case, calls)]
    wanted = {(str(job), path): least for job, case in jobs.items() for path, least in case.effects.items()}
    repeated = sum(max(0, calls.get(key, 0) - least) for key, least in wanted.items())
    # Each fault may interrupt what ran at that moment in the eight slots of one worker; nothing else is repeated.
    if repeated > 8 * kills:
        problems.append(f"{repeated} effects were repeated by {kills} faults")
    return problems


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
    rows = list(job.events.order_by("seq").values_list("seq", "data"))
    if [seq for seq, _ in rows] != list(range(1, len(rows) + 1)):
        yield f"the events are numbered {[seq for seq, _ in rows]}"
    kinds = [data["type"] for _, data in rows]
    if [kind for kind in kinds if kind in _LAST] != kinds[-1:]:
        yield f"the job ended more than once, or went on: {kinds}"
    done = [data["path"] for _, data in rows if data["type"] == "step.completed"]
    if len(done) != len(set(done)):
        yield f"a step was completed twice: {done}"

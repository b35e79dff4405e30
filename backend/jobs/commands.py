"""What people do with jobs: cancel, pause, resume, resolve; one that the job's state forbids changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from backend.accounts.actor import Actor
from backend.common.errors import AppError, Invalid
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import control, selectors, state, waits
from backend.jobs.errors import IllegalTransition
from backend.jobs.models import Job
from backend.jobs.retrying import RetryAsked, job_retry
from backend.jobs.services import job_cancel

RESOLUTIONS = ("retry", "skip", "fail")
MOST_AT_ONCE = 500


def name_of(actor: Actor | None) -> str:
    """An actor in the history of a job."""
    if actor is None:
        return ""
    if actor.api_key is not None:
        return f"API key “{actor.api_key.name}”"
    return actor.user.email if actor.user is not None else ""


def job_pause(job: Job, *, actor: Actor | None = None) -> Job:
    """Holds a live job: steps that run end, and nothing more starts."""
    with transaction.atomic():
        _command("pause", job, lambda: control.pause(job.id, actor=name_of(actor)))
    return job


def job_resume(job: Job, *, actor: Actor | None = None) -> Job:
    """Lets a paused job go on; one that is about to pause does not."""
    command = "resume" if job.pause_requested_at is None or job.status not in state.LIVE else ""
    with transaction.atomic():
        _command(command, job, lambda: control.resume(job.id, actor=name_of(actor)))
    return job


def _command(command: str, job: Job, act: Callable[[], bool]) -> None:
    if command and not state.allowed(command, job.status):
        raise IllegalTransition(f"A job that is {job.status} does not take “{command}”.")
    if not act():
        raise IllegalTransition("The job's state has just changed. Look at it again.")
    bus.hint(job.id)
    job.refresh_from_db()


def job_resolve(job: Job, *, path: str, action: str, actor: Actor | None = None) -> Job:
    """Decides about a step that was interrupted and does not say by itself how to go on."""
    if action not in RESOLUTIONS:
        raise Invalid(f"“{action}” is none of {', '.join(RESOLUTIONS)}.")
    wanting = [
        entry["path"]
        for entry in selectors.waiting(job, list(selectors.step_runs(job)))
        if entry["signal"] == waits.ATTENTION
    ]
    if path not in wanting or not waits.deliver(job.id, path, {"action": action}, by=name_of(actor)):
        raise IllegalTransition(f"The step “{path}” needs no decision.")
    job.refresh_from_db()
    return job


def jobs_command(
    actor: Actor, *, action: str, jobs: list[UUID], reason: str = "", version: JSON = None
) -> list[dict[str, JSON]]:
    """The same for many jobs; each by itself, so that one that does not take it stops no other."""
    if len(jobs) > MOST_AT_ONCE:
        raise Invalid(f"At most {MOST_AT_ONCE} jobs at once; these are {len(jobs)}.")
    acts = _acts(actor, reason=reason, version=version)
    return [_one(actor, acts[action], id_) for id_ in jobs]


def _acts(actor: Actor, *, reason: str, version: JSON) -> dict[str, Callable[[Job], Job]]:
    failed, whole = RetryAsked(from_failed=True, version=version), RetryAsked(version=version)
    return {
        "cancel": lambda job: job_cancel(job, reason=reason, actor=name_of(actor)),
        "pause": lambda job: job_pause(job, actor=actor),
        "resume": lambda job: job_resume(job, actor=actor),
        "retry": lambda job: job_retry(job, whole, created_by=actor.user),
        "retry_failed": lambda job: job_retry(job, failed, created_by=actor.user),
    }


def _one(actor: Actor, act: Callable[[Job], Job], id_: UUID) -> dict[str, JSON]:
    try:
        done = act(selectors.job_get(actor.organization, id_))
    except AppError as error:
        return {"id": str(id_), "ok": False, "error": error.detail}
    return {"id": str(id_), "ok": True, "job": str(done.id), "status": done.status}

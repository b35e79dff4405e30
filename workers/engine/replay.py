"""What a recorded step run means to a new owner of its job: a result, a wait, or an interruption. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from backend.catalog.steps import StepFailed
from backend.common.json import JSON
from backend.jobs.models import StepRun
from workers.engine.activity import Activity

INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Adopted:
    """At most one of these is set; none of them means that the step is to be started again."""

    result: bool = False
    error: dict[str, JSON] | None = None
    resume_in: float | None = None  # seconds
    interruption: StepFailed | None = None


def adopt(activity: Activity, run: StepRun, *, container: bool, now: datetime | None = None) -> Adopted:
    """Takes over the attempts and the log, and answers how to go on."""
    activity.attempts = [dict(attempt) for attempt in run.attempts]
    activity.failures = sum(_failed_by_itself(attempt) for attempt in run.attempts)
    activity.log.restore(run.log)
    activity.input = run.input
    if run.status == "success":
        return Adopted(result=True)
    if run.status == "failed":
        return Adopted(error=run.error)
    if run.status == "waiting" and run.resume_at is not None:
        return Adopted(resume_in=max(0.0, (run.resume_at - (now or datetime.now(UTC))).total_seconds()))
    if run.status == "running" and not container:
        return _interrupted(activity)
    return Adopted()


def _interrupted(activity: Activity) -> Adopted:
    message = "The worker was lost in the middle of this attempt."
    if activity.attempts and activity.attempts[-1]["ended_at"] is None:
        activity.attempts[-1]["error"] = {"type": INTERRUPTED, "message": message}
    activity.log.add(message, level="warning")
    if activity.node.step.on_interrupt == "retry":
        return Adopted()
    hint = "The step says not to repeat it after a crash. Look whether its effect happened, then run the job again."
    return Adopted(interruption=StepFailed(message, error_type=INTERRUPTED, hint=hint))


def _failed_by_itself(attempt: dict[str, JSON]) -> bool:
    error = attempt.get("error")
    return error is not None and error.get("type") != INTERRUPTED

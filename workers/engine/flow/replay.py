"""What a recorded step run means to a new owner of its job: a result, a wait, or an interruption. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.catalog.steps import StepFailed, Wait
from backend.common.json import JSON
from backend.jobs import waits
from backend.jobs.models import StepRun
from workers.engine.base import clock
from workers.engine.flow.activity import Activity
from workers.engine.flow.waiting import RETRY, from_aside

INTERRUPTED = "interrupted"
SANDBOX_LOST = "sandbox_lost"  # the sandbox or its service went away under a script
_NOT_ITS_FAULT = frozenset({INTERRUPTED, SANDBOX_LOST})
_MOST_LOSSES = 6  # in a row, with growing waits: about half a minute


@dataclass(frozen=True, slots=True)
class Adopted:
    """At most one of these is set; none of them means that the step is to be started again."""

    result: bool = False
    error: dict[str, JSON] | None = None
    resume_in: float | None = None  # seconds, until it is tried again
    wait: Wait | None = None  # for a signal or a moment
    begins: bool = False  # to wait, just now
    interruption: StepFailed | None = None
    cancelled: bool = False  # together with its scope


def adopt(activity: Activity, run: StepRun, *, container: bool, now: datetime | None = None) -> Adopted:
    """Takes over the attempts and the log, and answers how to go on."""
    activity.attempts = [dict(attempt) for attempt in run.attempts]
    activity.failures = sum(_failed_by_itself(attempt) for attempt in run.attempts)
    activity.log.restore(run.log)
    activity.input = run.input
    activity.aside = {name: value for name, value in (run.aside or {}).items() if name != "wait"}
    if run.status == "success":
        return Adopted(result=True)
    if run.status == "failed":
        return Adopted(error=run.error)
    if run.status == "cancelled":
        return Adopted(cancelled=True)
    wait = from_aside(run.aside) if run.status == "waiting" else None
    if wait is not None and wait.signal != RETRY:
        return Adopted(wait=wait)
    if run.status == "waiting" and run.resume_at is not None:
        return Adopted(resume_in=max(0.0, (run.resume_at - (now or clock.now())).total_seconds()))
    if run.status == "running" and not container:
        return _interrupted(activity)
    return Adopted()


def _interrupted(activity: Activity) -> Adopted:
    message = "The worker was lost in the middle of this attempt."
    if activity.attempts and activity.attempts[-1]["ended_at"] is None:
        activity.attempts[-1]["error"] = {"type": INTERRUPTED, "message": message}
    activity.log.add(message, level="warning")
    if _may_repeat(activity):
        return Adopted()
    if activity.node.step.on_interrupt == "ask":
        return Adopted(wait=attention(activity), begins=True)
    hint = "The step says not to repeat it after a crash. Look whether its effect happened, then run the job again."
    return Adopted(interruption=StepFailed(message, error_type=INTERRUPTED, hint=hint))


def attention(activity: Activity) -> Wait:
    """The wait for a person who knows whether the interrupted attempt took effect."""
    reason = f"It needs attention: a worker was lost in the middle of “{activity.node.name}”"
    return Wait(reason, signal=waits.ATTENTION, data={"actions": ["retry", "skip", "fail"]})


def given_up() -> StepFailed:
    """The failure of an interrupted step that a person has decided not to repeat."""
    return StepFailed("It was interrupted, and somebody decided to let it fail.", error_type=INTERRUPTED)


def _may_repeat(activity: Activity) -> bool:
    """Nobody knows whether the attempt took effect: what is marked as safe to repeat is repeated all the same."""
    step = activity.node.step
    return step.on_interrupt == "retry" or step.idempotent is True


def delay_after_loss(activity: Activity, failure: StepFailed) -> float | None:
    """Seconds until a step whose sandbox was lost starts again, which uses up no retry; None: it has failed."""
    if failure.error_type != SANDBOX_LOST or not _may_repeat(activity):
        return None
    losses = sum(1 for attempt in activity.attempts if (attempt["error"] or {}).get("type") == SANDBOX_LOST)
    return 0.5 * 2.0**losses if losses < _MOST_LOSSES else None


def _failed_by_itself(attempt: dict[str, JSON]) -> bool:
    error = attempt.get("error")
    return error is not None and error.get("type") not in _NOT_ITS_FAULT

"""What people are told of a schedule: times that were missed, came late, or made no job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db.models import F

from backend.jobs.signals import event_send
from backend.triggers.catching_up import Plan
from backend.triggers.models import Schedule, ScheduleAlert, ScheduleRun

log = structlog.get_logger(__name__)

_MADE_UP = {
    "none": "none of them is made up for",
    "last": "the last is made up for",
    "all": "the latest are made up for",
}


def missed_tell(schedule: Schedule, plan: Plan) -> None:
    """No scheduler was there at some times."""
    assert plan.first_missed is not None
    span = (plan.first_missed, plan.last_missed or plan.first_missed)
    detail = f"No scheduler was there for these times; {_MADE_UP[schedule.catch_up]}. Run them with a back-fill."
    _tell(schedule, ScheduleAlert.Kind.MISSED, span, count=plan.missed, detail=detail)


def late_tell(schedule: Schedule, late: Sequence[datetime], *, now: datetime) -> None:
    """Some times came, but too late."""
    seconds = (now - late[0]).total_seconds()
    detail = f"It started {seconds:.0f} s late: no scheduler was running, or the system was too busy."
    _tell(schedule, ScheduleAlert.Kind.LATE, (late[0], late[-1]), count=len(late), detail=detail)


def failure_tell(schedule: Schedule, run: ScheduleRun) -> None:
    """No job could be made."""
    _tell(schedule, ScheduleAlert.Kind.FAILED, (run.due_at, run.due_at), count=1, detail=run.reason)


def _tell(schedule: Schedule, kind: str, span: tuple[datetime, datetime], *, count: int, detail: str) -> None:
    """One open alert of a kind for each schedule, which counts on."""
    first, last = span
    log.warning("schedule alert", kind=kind, schedule=str(schedule.pk), workflow=schedule.workflow.slug, count=count)
    open_one = ScheduleAlert.objects.filter(schedule=schedule, kind=kind, dismissed_at=None)
    if open_one.update(count=F("count") + count, last_due_at=last, detail=detail):
        return
    ScheduleAlert.objects.create(
        organization_id=schedule.organization_id,
        schedule=schedule,
        kind=kind,
        detail=detail,
        count=count,
        first_due_at=first,
        last_due_at=last,
    )
    told = {"schedule": str(schedule.pk), "workflow": schedule.workflow.slug, "count": count, "detail": detail}
    event_send(schedule.organization, f"schedule.{kind}", told)  # for workflows that wait for it

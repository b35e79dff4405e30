"""What the scheduler does: fires what is due, starts what waited, tells of what was late or missed.

Any number of schedulers may do this at the same time. A schedule's row is locked while it is looked at, and a due time
has one row whose constraint no second one passes: whoever is killed half-way leaves nothing, since all of it is one
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.common.errors import AppError
from backend.common.json import JSON
from backend.jobs import services as jobs
from backend.jobs import state
from backend.jobs.errors import IllegalTransition
from backend.jobs.models import Job, TriggeredBy
from backend.triggers import catching_up, due
from backend.triggers.catching_up import Plan
from backend.triggers.models import Schedule, SchedulePolicy, ScheduleRun
from backend.triggers.selectors.schedules import clock, timing_of
from backend.triggers.services import schedule_alerts
from backend.triggers.services.schedules import set_next

BATCH = 100  # schedules in one transaction
MOST_QUEUED = 1000  # due times of one schedule that may wait; further ones are skipped
_KEPT = timedelta(days=30)  # how long it is remembered what became of a due time
_STATES = ScheduleRun.State


@dataclass(slots=True)
class _Batch:
    """What one transaction has found and made."""

    now: datetime
    paused: frozenset[UUID]
    known: frozenset[tuple[UUID, datetime]]  # due times that have a row
    open: set[UUID]  # schedules with a job that lives
    queued: dict[UUID, int]
    made: list[ScheduleRun] = field(default_factory=list)


def fire_due(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Fires the schedules whose time has come; answers how many were looked at."""
    now = now or clock()
    if not Schedule.objects.filter(fire_at__lte=now).exists():
        return 0  # without opening a transaction, which locks all of SQLite
    with transaction.atomic():
        rows = Schedule.objects.select_for_update(skip_locked=True, of=("self",))
        ready = list(
            rows.filter(fire_at__lte=now).select_related("workflow__published_version").order_by("fire_at")[:limit]
        )
        plans = [(schedule, _plan(schedule, now=now)) for schedule in ready]
        batch = _look(plans, now=now)
        for schedule, plan in plans:
            _fire(schedule, plan, batch)
        ScheduleRun.objects.bulk_create(batch.made)
        Schedule.objects.bulk_update(ready, ["next_due_at", "fire_at", "run_count", "last_due_at"])
    return len(ready)


def queue_advance(*, now: datetime | None = None) -> int:
    """Starts the earliest waiting due time of each schedule whose job has ended; answers how many were started."""
    now = now or clock()
    runs_close()
    busy = ScheduleRun.objects.filter(schedule=OuterRef("pk"), is_open=True)
    waiting = ScheduleRun.objects.filter(schedule=OuterRef("pk"), state=_STATES.QUEUED)
    free = Q(Exists(waiting), ~Exists(busy), is_active=True, workflow__is_active=True)
    free &= Q(organization__schedule_policy=None) | Q(organization__schedule_policy__paused_at=None)
    with transaction.atomic():
        rows = Schedule.objects.select_for_update(skip_locked=True, of=("self",))
        schedules = list(rows.filter(free).select_related("workflow__published_version")[:BATCH])
        return sum(_start_queued(schedule, now=now) for schedule in schedules)


def runs_close(runs: QuerySet[ScheduleRun] | None = None) -> None:
    """Notes which of the started jobs have ended."""
    looked_at = ScheduleRun.objects.all() if runs is None else runs
    ended = looked_at.filter(Q(job=None) | Q(job__status__in=state.ENDED), is_open=True)
    ScheduleRun.objects.filter(pk__in=ended.values("pk")).update(is_open=False)


def runs_forget(*, now: datetime) -> None:
    """Forgets what became of due times long ago."""
    ScheduleRun.objects.filter(fired_at__lt=now - _KEPT, is_open=False).exclude(state=_STATES.QUEUED).delete()


@transaction.atomic
def back_fill(schedule: Schedule, *, since: datetime, until: datetime, limit: int) -> list[ScheduleRun]:
    """Runs the due times from `since` to `until` that have not run; those that wait keep to the overlap rule.

    A due time that ran before does not run again: its row stands in the way.
    """
    schedule = (
        Schedule.objects.select_for_update(of=("self",))
        .select_related("workflow__published_version")
        .get(pk=schedule.pk)
    )
    dues = due.between(timing_of(schedule), after=since - timedelta(microseconds=1), until=until, limit=limit)
    again = ScheduleRun.objects.filter(schedule=schedule, due_at__in=dues, job=None)
    again.filter(state__in=[_STATES.SKIPPED, _STATES.FAILED]).delete()
    now = clock()
    batch = _look([(schedule, Plan(fire=tuple(dues)))], now=now)
    for moment in dues:
        _fire_one(schedule, moment, batch, is_back_fill=True)
    return ScheduleRun.objects.bulk_create(batch.made)


# --- one batch ------------------------------------------------------------------------------------------------------


def _plan(schedule: Schedule, *, now: datetime) -> Plan:
    assert schedule.next_due_at is not None
    assert schedule.fire_at is not None
    found = catching_up.plan(
        timing_of(schedule),
        next_due=schedule.next_due_at,
        now=now - (schedule.fire_at - schedule.next_due_at),
        catch_up=schedule.catch_up,
    )
    left = None if schedule.max_runs is None else max(0, schedule.max_runs - schedule.run_count)
    return found if left is None or len(found.fire) < left else _last_runs(found, left)


def _last_runs(plan: Plan, left: int) -> Plan:
    fire = plan.fire[:left]
    return Plan(fire, plan.missed, plan.first_missed, plan.last_missed, next_due=None)


def _look(plans: Sequence[tuple[Schedule, Plan]], *, now: datetime) -> _Batch:
    """What the batch needs to know, asked once for all."""
    ids = [schedule.pk for schedule, _ in plans]
    moments = {moment for _, plan in plans for moment in plan.fire}
    organizations = {schedule.organization_id for schedule, _ in plans}
    paused = SchedulePolicy.objects.filter(organization_id__in=organizations, paused_at__isnull=False)
    runs = ScheduleRun.objects.filter(schedule__in=ids)
    queued: dict[UUID, int] = {}
    if any(schedule.overlap != "parallel" for schedule, _ in plans):
        runs_close(runs)  # of schedules that this transaction has locked: two schedulers never wait for each other
        for (schedule_id,) in runs.filter(state=_STATES.QUEUED).values_list("schedule_id"):
            queued[schedule_id] = queued.get(schedule_id, 0) + 1
    return _Batch(
        now=now,
        paused=frozenset(paused.values_list("organization_id", flat=True)),
        known=frozenset(runs.filter(due_at__in=moments).values_list("schedule_id", "due_at")),
        open=set(runs.filter(is_open=True).values_list("schedule_id", flat=True)),
        queued=queued,
    )


def _fire(schedule: Schedule, plan: Plan, batch: _Batch) -> None:
    set_next(schedule, plan.next_due)
    if not _goes(schedule, batch):
        return
    if plan.missed:
        schedule_alerts.missed_tell(schedule, plan)
    for moment in plan.fire:
        _fire_one(schedule, moment, batch)
    jitter = timedelta(seconds=due.jitter(str(schedule.pk), most=schedule.jitter_seconds))
    late = [moment for moment in plan.fire if batch.now - moment > catching_up.GRACE + jitter]
    if late and not plan.missed:
        schedule_alerts.late_tell(schedule, late, now=batch.now)


def _goes(schedule: Schedule, batch: _Batch) -> bool:
    """Whether due times count at all: those of what people have switched off pass unnoticed."""
    workflow = schedule.workflow
    return (
        workflow.is_active and workflow.published_version is not None and schedule.organization_id not in batch.paused
    )


def _fire_one(schedule: Schedule, moment: datetime, batch: _Batch, *, is_back_fill: bool = False) -> None:
    if (schedule.pk, moment) in batch.known:
        return
    schedule.last_due_at = max(schedule.last_due_at or moment, moment)
    run = ScheduleRun(schedule=schedule, due_at=moment, fired_at=batch.now, is_back_fill=is_back_fill)
    _decide(schedule, run, batch)
    if run.state in {_STATES.STARTED, _STATES.QUEUED} and not is_back_fill:
        schedule.run_count += 1
    batch.made.append(run)


def _decide(schedule: Schedule, run: ScheduleRun, batch: _Batch) -> None:
    busy = schedule.pk in batch.open or batch.queued.get(schedule.pk, 0) > 0
    if busy and schedule.overlap == "skip":
        run.state, run.reason = _STATES.SKIPPED, "The job of an earlier time was still going on."
        return
    if busy and schedule.overlap == "queue":
        if batch.queued.get(schedule.pk, 0) >= MOST_QUEUED:
            run.state, run.reason = _STATES.SKIPPED, f"{MOST_QUEUED} earlier times were waiting already."
            return
        batch.queued[schedule.pk] = batch.queued.get(schedule.pk, 0) + 1
        run.state = _STATES.QUEUED
        return
    if busy and schedule.overlap == "cancel_previous":
        _cancel_previous(schedule, [made for made in batch.made if made.schedule_id == schedule.pk])
    _start(schedule, run)
    if run.is_open:
        batch.open.add(schedule.pk)


def _start(schedule: Schedule, run: ScheduleRun) -> None:
    """Makes the job. One that cannot be made is recorded, told, and holds up no other."""
    version = schedule.workflow.published_version
    assert version is not None
    try:
        run.job = jobs.job_create(
            workflow=schedule.workflow,
            version=version,
            input=schedule.context,
            facts={"schedule": facts_of(schedule, run)},
            triggered_by=TriggeredBy.SCHEDULE,
            start_at=schedule.start_at,
        )
        run.state, run.is_open = _STATES.STARTED, True
    except AppError as error:
        problems = " ".join(problem.message for problem in error.problems)
        run.state, run.reason = _STATES.FAILED, f"{error.detail} {problems}".strip()[:500]
        schedule_alerts.failure_tell(schedule, run)


def facts_of(schedule: Schedule, run: ScheduleRun) -> dict[str, JSON]:
    """What a workflow sees as `input.schedule`."""
    local = run.due_at.astimezone(due.zone_of(schedule.timezone))
    return {
        "id": str(schedule.pk),
        "trigger": schedule.trigger_id or None,
        "due_at": run.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "local_time": local.isoformat(),
        "timezone": schedule.timezone,
        "back_fill": run.is_back_fill,
    }


def _cancel_previous(schedule: Schedule, made: Iterable[ScheduleRun]) -> None:
    earlier = list(Job.objects.filter(pk__in=schedule.runs.filter(is_open=True).values("job_id")))
    for job in [*earlier, *(run.job for run in made if run.job is not None)]:
        try:
            jobs.job_cancel(job, reason="The schedule's next time has come.")
        except IllegalTransition:
            continue  # it has just ended by itself, or is being cancelled already


def _start_queued(schedule: Schedule, *, now: datetime) -> int:
    run = schedule.runs.filter(state=_STATES.QUEUED).order_by("due_at").first()
    if run is None or schedule.workflow.published_version is None:
        return 0
    _start(schedule, run)
    run.fired_at = now
    run.save(update_fields=["job", "state", "is_open", "reason", "fired_at"])
    return 1

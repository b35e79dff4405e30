"""Reading schedules: by organisation for people, by time for the scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Min, Q, QuerySet

from backend.accounts.models import Organization
from backend.common.errors import NotFound
from backend.triggers import due
from backend.triggers.due import Timing
from backend.triggers.models import Schedule, ScheduleAlert, SchedulePolicy, ScheduleRun

SHOWN_RUNS = 5
AGENDA_TIMES = 300  # of one schedule on one day


def schedule_list(
    organization: Organization, *, workflow: str = "", is_active: bool | None = None
) -> QuerySet[Schedule]:
    """The newest first; `workflow` is an id or a slug."""
    found = Schedule.objects.filter(organization=organization).select_related("workflow__published_version")
    if workflow:
        found = found.filter(_workflow_named(workflow))
    return (found if is_active is None else found.filter(is_active=is_active)).order_by("-id")


def schedule_get(organization: Organization, schedule_id: UUID) -> Schedule:
    """One schedule; NotFound outside the organisation."""
    schedule = schedule_list(organization).filter(pk=schedule_id).first()
    if schedule is None:
        raise NotFound(f"There is no schedule {schedule_id} in this organisation.")
    return schedule


def schedule_runs(schedule: Schedule) -> QuerySet[ScheduleRun]:
    """What became of its due times, the latest first."""
    return schedule.runs.select_related("job").order_by("-due_at")


def alert_list(organization: Organization) -> QuerySet[ScheduleAlert]:
    """The alerts that nobody has dismissed, the newest first."""
    alerts = ScheduleAlert.objects.filter(organization=organization, dismissed_at=None)
    return alerts.select_related("schedule__workflow").order_by("-id")


def alert_get(organization: Organization, alert_id: UUID) -> ScheduleAlert:
    """One alert; NotFound outside the organisation."""
    alert = ScheduleAlert.objects.filter(organization=organization, pk=alert_id).select_related("schedule").first()
    if alert is None:
        raise NotFound(f"There is no alert {alert_id} in this organisation.")
    return alert


def policy_of(organization_id: UUID) -> SchedulePolicy:
    """What holds for all schedules of an organisation."""
    found = SchedulePolicy.objects.filter(organization_id=organization_id).first()
    return found or SchedulePolicy(organization_id=organization_id)


def calendar_of(token: str) -> list[Schedule]:
    """The active schedules that a calendar's secret address shows; NotFound for an unknown one."""
    policy = SchedulePolicy.objects.filter(calendar_token=token).first()
    if policy is None:
        raise NotFound("There is no calendar at this address. It changes when its address is renewed.")
    if policy.paused_at is not None:
        return []
    active = Schedule.objects.filter(organization_id=policy.organization_id, is_active=True, workflow__is_active=True)
    return list(active.select_related("workflow").order_by("id"))


def calendar_url(policy: SchedulePolicy) -> str | None:
    """The address of the calendar, once somebody has asked for one."""
    token = policy.calendar_token
    return f"{settings.STEPGRAPH_BASE_URL}/calendars/{token}.ics" if token else None


def timing_of(schedule: Schedule) -> Timing:
    """When the schedule is due, as a value."""
    return Timing(
        kind=schedule.kind,
        anchor=schedule.anchor,
        cron=schedule.cron,
        every_seconds=schedule.every_seconds or 0,
        at=schedule.at,
        timezone=schedule.timezone,
        starts_at=schedule.starts_at,
        ends_at=schedule.ends_at,
    )


def next_runs(schedule: Schedule, *, count: int = SHOWN_RUNS) -> list[datetime]:
    """The next due times, as far as the schedule still goes."""
    if schedule.next_due_at is None:
        return []
    left = count if schedule.max_runs is None else min(count, schedule.max_runs - schedule.run_count)
    later = islice(due.upcoming(timing_of(schedule), after=schedule.next_due_at), max(0, left - 1))
    return [schedule.next_due_at, *later][: max(0, left)]


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """The due times of one schedule on one day."""

    day: date
    schedule: Schedule
    times: list[datetime]
    more: bool  # there are further ones on that day


def agenda(organization: Organization, *, zone: ZoneInfo, now: datetime, days: int) -> list[AgendaEntry]:
    """What will run, day by day as the days are in that zone."""
    active = schedule_list(organization, is_active=True).filter(workflow__is_active=True, next_due_at__isnull=False)
    today = now.astimezone(zone).date()
    entries = []
    for number in range(days):
        day = today + timedelta(days=number)
        start, end = (datetime.combine(day + timedelta(days=n), time.min, zone).astimezone(UTC) for n in (0, 1))
        for schedule in active:
            times = _times_within(schedule, start=max(start, now), end=end)
            if times:
                entries.append(AgendaEntry(day, schedule, times[:AGENDA_TIMES], more=len(times) > AGENDA_TIMES))
    return sorted(entries, key=lambda entry: (entry.day, entry.times[0]))


def _times_within(schedule: Schedule, *, start: datetime, end: datetime) -> list[datetime]:
    assert schedule.next_due_at is not None
    after = max(start, schedule.next_due_at) - timedelta(microseconds=1)
    until = end - timedelta(microseconds=1)
    return due.between(timing_of(schedule), after=after, until=until, limit=AGENDA_TIMES + 1)


# --- for the scheduler ----------------------------------------------------------------------------------------------


def clock() -> datetime:
    """The database's time: what all schedulers agree on."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    moment: datetime = now
    return moment


def next_fire_at() -> datetime | None:
    """The earliest time at which any schedule fires."""
    earliest: datetime | None = Schedule.objects.aggregate(earliest=Min("fire_at"))["earliest"]
    return earliest


def anything_queued() -> bool:
    """Whether a due time waits for the job before it to end."""
    return ScheduleRun.objects.filter(state=ScheduleRun.State.QUEUED).exists()


def _workflow_named(text: str) -> Q:
    try:
        return Q(workflow_id=UUID(text))
    except ValueError:
        return Q(workflow__slug=text)

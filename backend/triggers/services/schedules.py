"""Changing schedules: by people, and by publishing a workflow."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.accounts.models import Organization
from backend.common import cron as crons
from backend.common import moments
from backend.common.errors import Invalid
from backend.common.problems import Problem
from backend.jobs.services import accepted_input
from backend.triggers import due, publishing
from backend.triggers.models import Schedule, ScheduleAlert, SchedulePolicy
from backend.triggers.models.schedules import FIELD_OF_KIND
from backend.triggers.publishing import Triggers, Wanted
from backend.triggers.selectors.schedules import policy_of, timing_of
from backend.workflows.format import ScheduleTrigger
from backend.workflows.models import Workflow

_SETTINGS = (
    "name", "kind", "cron", "every_seconds", "at", "timezone", "starts_at", "ends_at", "max_runs", "overlap",
    "catch_up", "jitter_seconds", "context", "start_at", "is_active",
)  # fmt: skip
_TIMING = frozenset({"kind", "cron", "every_seconds", "at", "timezone", "starts_at", "ends_at", "jitter_seconds"})
_TIMED = frozenset({"cron", "every_seconds", "at"})
_MOMENTS = ("at", "starts_at", "ends_at")


# --- by people ------------------------------------------------------------------------------------------------------


@transaction.atomic
def schedule_create(
    workflow: Workflow, *, values: Mapping[str, Any], trigger_id: str = "", now: datetime | None = None
) -> Schedule:
    """A new schedule of a workflow, due for the first time after `now`."""
    now = now or timezone.now()
    schedule = Schedule(
        organization_id=workflow.organization_id, workflow=workflow, trigger_id=trigger_id, anchor=_whole(now)
    )
    _apply(schedule, values)
    _check(schedule, now=now)
    _reckon(schedule, now=now)
    schedule.full_clean()
    schedule.save(force_insert=True)
    return schedule


@transaction.atomic
def schedule_update(schedule: Schedule, *, values: Mapping[str, Any], now: datetime | None = None) -> Schedule:
    """Changes the fields that are given. Another timing, or switching on again, counts from now on."""
    now = now or timezone.now()
    schedule = _locked(schedule)
    before = {name: getattr(schedule, name) for name in _SETTINGS}
    _apply(schedule, values)
    changed = {name for name in _SETTINGS if getattr(schedule, name) != before[name]}
    if changed & _TIMING:
        schedule.anchor = _whole(now)
        _check(schedule, now=now)
    if changed & (_TIMING | {"is_active", "max_runs"}):
        _reckon(schedule, now=now)
    if changed & {"context"}:
        _check_context(schedule)
    schedule.full_clean()
    schedule.save()
    return schedule


def schedule_delete(schedule: Schedule) -> None:
    """Removes it. One made from a trigger comes back when its workflow is published."""
    schedule.delete()


def alert_dismiss(alert: ScheduleAlert) -> None:
    """Somebody has seen it."""
    ScheduleAlert.objects.filter(pk=alert.pk, dismissed_at=None).update(dismissed_at=timezone.now())


@transaction.atomic
def policy_update(organization: Organization, *, values: Mapping[str, Any]) -> SchedulePolicy:
    """Pauses or resumes everything, sets the shortest interval, renews or removes the calendar's address."""
    policy, _ = SchedulePolicy.objects.select_for_update().get_or_create(organization=organization)
    if "paused" in values:
        policy.paused_at = (policy.paused_at or timezone.now()) if values["paused"] else None
    if "minimum_interval" in values:
        policy.minimum_interval = values["minimum_interval"]
    if values.get("calendar") == "renew":
        policy.calendar_token = secrets.token_urlsafe(24)
    if values.get("calendar") == "remove":
        policy.calendar_token = None
    policy.full_clean()
    policy.save()
    return policy


# --- by publishing --------------------------------------------------------------------------------------------------


@transaction.atomic
def workflow_published(workflow: Workflow, triggers: Triggers, *, before: Triggers = ()) -> None:
    """Makes the schedules of a published definition: known ones keep their count, others are switched off."""
    wanted = publishing.wanted(ScheduleTrigger, triggers, before=before)
    rows = {row.trigger_id: row for row in Schedule.objects.filter(workflow=workflow).exclude(trigger_id="")}
    gone = rows.keys() - wanted.keys()
    Schedule.objects.filter(workflow=workflow, trigger_id__in=gone).update(
        is_active=False, next_due_at=None, fire_at=None
    )
    for id_, one in wanted.items():
        with one.placed():
            if id_ in rows:
                schedule_update(rows[id_], values=_news(one))
            else:
                schedule_create(workflow, values=_values_of(one.trigger), trigger_id=id_)


def _news(one: Wanted[ScheduleTrigger]) -> dict[str, Any]:
    """A timing takes the place of another as a whole, and a moment without an offset goes with its time zone."""
    values, changed = _values_of(one.trigger), one.changed
    if changed is None:
        return values
    also: set[str] = set()
    if changed & _TIMED:
        also |= {"kind", *_TIMED}
    else:
        del values["kind"]  # it may only have been written out: it follows from the others
    if "timezone" in changed:
        texts = {name: getattr(one.trigger, name) for name in _MOMENTS}
        also |= {name for name, text in texts.items() if text and moments.parsed(text).tzinfo is None}
    return one.news(values, also=also)


def _values_of(trigger: ScheduleTrigger) -> dict[str, Any]:
    values = trigger.model_dump(include=set(_SETTINGS))
    kind = trigger.kind or ("cron" if trigger.cron else "interval" if trigger.every_seconds else "once")
    zone = due.zone_of(trigger.timezone)
    for name in _MOMENTS:
        values[name] = values[name] and moments.in_utc(moments.parsed(values[name]), zone=zone)
    return {**values, "kind": kind, "cron": trigger.cron or "", "start_at": trigger.start_at or ""}


# --- parts ----------------------------------------------------------------------------------------------------------


def _locked(schedule: Schedule) -> Schedule:
    return Schedule.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=schedule.pk)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _apply(schedule: Schedule, values: Mapping[str, Any]) -> None:
    for name in _SETTINGS:
        if name in values:
            setattr(schedule, name, values[name])
    zone = due.zone_of(schedule.timezone)
    for name in _MOMENTS:
        moment = getattr(schedule, name)
        setattr(schedule, name, moment and moments.in_utc(moment, zone=zone))
    for kind, field in FIELD_OF_KIND.items():  # what belongs to another kind is forgotten
        if kind != schedule.kind:
            setattr(schedule, field, "" if field == "cron" else None)


def _check(schedule: Schedule, *, now: datetime) -> None:
    """Refuses a timing that could not be meant; every problem at once."""
    problems = list(_problems(schedule, now=now))
    if problems:
        raise Invalid("The schedule cannot be used.", problems=problems)
    _check_context(schedule)


def _problems(schedule: Schedule, *, now: datetime) -> Iterable[Problem]:
    field = FIELD_OF_KIND[schedule.kind]
    if not getattr(schedule, field):
        yield _problem(field, f"A schedule of the kind “{schedule.kind}” needs “{field}”.")
        return
    if schedule.kind == "cron":
        try:
            schedule.cron = crons.canonical(schedule.cron)
        except ValueError as error:
            yield _problem("cron", f"This is {error}.")
            return
    try:
        moments.check_order(schedule.starts_at, schedule.ends_at)
    except ValueError as error:
        yield _problem("ends_at", f"This is {error}.")
    least = policy_of(schedule.organization_id).minimum_interval
    gap = due.shortest_gap(timing_of(schedule), after=now - timedelta(seconds=1))
    if gap is not None and gap < least:
        message = f"It would start jobs every {gap:g} s; this organisation allows one every {least} s at most."
        yield _problem(field, message)


def _problem(field: str, message: str) -> Problem:
    return Problem(message, path=field, code="schedule")


def _check_context(schedule: Schedule) -> None:
    """The input must fit the published version; before there is one, the draft is not held against it."""
    version = schedule.workflow.published_version
    if version is None:
        return
    schema = version.definition.get("inputs") or {}
    defaults = {
        name: field["default"]
        for name, field in schema.get("properties", {}).items()
        if isinstance(field, dict) and "default" in field
    }
    accepted_input(schema, {**defaults, **schedule.context})


def _reckon(schedule: Schedule, *, now: datetime) -> None:
    """Sets when it is due next, counting from now."""
    finished = schedule.max_runs is not None and schedule.run_count >= schedule.max_runs
    going = schedule.is_active and not finished
    set_next(schedule, due.following(timing_of(schedule), after=now) if going else None)


def set_next(schedule: Schedule, moment: datetime | None) -> None:
    """When it is due next, and fires with its jitter."""
    offset = timedelta(seconds=due.jitter(str(schedule.pk), most=schedule.jitter_seconds))
    schedule.next_due_at = moment
    schedule.fire_at = moment + offset if moment is not None else None

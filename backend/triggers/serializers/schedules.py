"""The shapes of schedules at the API."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from rest_framework import serializers

from backend.common import cron as crons
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.jobs.serializers import iso
from backend.triggers.describing import describe
from backend.triggers.models import Schedule, ScheduleAlert, SchedulePolicy, ScheduleRun
from backend.triggers.models.schedules import FIELD_OF_KIND, CatchUp, Kind, Overlap
from backend.triggers.selectors.schedules import AgendaEntry, calendar_url, next_runs
from backend.triggers.serializers.moments import MomentField
from backend.workflows.format import triggers as limits


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, odd characters, or a folder of the database
        raise serializers.ValidationError("No time zone; use a name such as Europe/Bucharest or UTC.") from None


class TimingFields(StrictSerializer):
    """When something is due; also what a preview is asked for."""

    kind = serializers.ChoiceField(choices=Kind.choices, required=False, help_text="Seen from the field given.")
    cron = serializers.CharField(
        max_length=limits.MAX_CRON_LENGTH, required=False, allow_blank=True, help_text="Five fields."
    )
    every_seconds = serializers.IntegerField(
        min_value=1, max_value=limits.MAX_INTERVAL, required=False, allow_null=True
    )
    at = MomentField(required=False, allow_null=True)
    timezone = serializers.CharField(
        max_length=limits.MAX_ZONE_LENGTH,
        required=False,
        help_text="An IANA name; UTC unless given. Moments without an offset are local there.",
    )
    starts_at = MomentField(required=False, allow_null=True)
    ends_at = MomentField(required=False, allow_null=True)

    def validate_cron(self, text: str) -> str:
        """The one spelling of the expression."""
        try:
            return crons.canonical(text) if text else ""
        except ValueError as error:
            raise serializers.ValidationError(f"This is {error}.") from None

    def validate_timezone(self, name: str) -> str:
        """A zone of the IANA database."""
        return _zone(name).key

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The kind follows from the one of `cron`, `every_seconds` and `at` that is given."""
        given = [kind for kind, field in FIELD_OF_KIND.items() if attrs.get(field)]
        if "kind" not in attrs and len(given) == 1:
            attrs["kind"] = given[0]
        if len(given) > 1 or (len(given) == 1 and given[0] != attrs["kind"]):
            raise serializers.ValidationError("Give exactly one of “cron”, “every_seconds” and “at”, as the kind says.")
        if not self.partial and "kind" not in attrs:
            raise serializers.ValidationError("A schedule needs one of “cron”, “every_seconds” and “at”.")
        return attrs


class ScheduleFields(TimingFields):
    """What can be changed: `PATCH /api/schedules/{id}/`."""

    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    max_runs = serializers.IntegerField(min_value=1, max_value=limits.MAX_RUNS, required=False, allow_null=True)
    overlap = serializers.ChoiceField(choices=Overlap.choices, required=False)
    catch_up = serializers.ChoiceField(choices=CatchUp.choices, required=False)
    jitter_seconds = serializers.IntegerField(min_value=0, max_value=3600, required=False)
    context = serializers.DictField(required=False)  # type: ignore[assignment]  # DRF's own word for a field
    start_at = serializers.CharField(max_length=100, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)


class ScheduleInput(ScheduleFields):
    """`POST /api/schedules/`."""

    workflow = serializers.CharField(max_length=80, help_text="The workflow's id or slug.")


class ScheduleFilters(serializers.Serializer[JSON]):
    """The query of `GET /api/schedules/`."""

    workflow = serializers.CharField(required=False, default="")
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class PreviewInput(TimingFields):
    """`POST /api/schedules/preview/`."""

    count = serializers.IntegerField(min_value=1, max_value=100, required=False, default=10)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the kind goes by must be there: a form asks while it is being filled in."""
        attrs = super().validate(attrs)
        field = FIELD_OF_KIND[attrs["kind"]]
        if not attrs.get(field):
            raise serializers.ValidationError({field: f"A schedule of the kind “{attrs['kind']}” needs “{field}”."})
        return attrs


class AgendaInput(serializers.Serializer[JSON]):
    """The query of `GET /api/schedules/agenda/`."""

    timezone = serializers.CharField(required=False, default="UTC", max_length=64)
    days = serializers.IntegerField(required=False, default=7, min_value=1, max_value=31)

    def validate_timezone(self, name: str) -> ZoneInfo:
        """A zone of the IANA database."""
        return _zone(name)


class BackFillInput(StrictSerializer):
    """`POST /api/schedules/{id}/back-fill/`."""

    since = MomentField(default_timezone=UTC)
    until = MomentField(default_timezone=UTC)
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say which times it would run.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A range."""
        if attrs["until"] < attrs["since"]:
            raise serializers.ValidationError("“until” comes before “since”.")
        return attrs


class PolicyInput(StrictSerializer):
    """`PATCH /api/schedules/settings/`."""

    paused = serializers.BooleanField(required=False, help_text="Every schedule rests; what passes is not made up for.")
    minimum_interval = serializers.IntegerField(min_value=1, max_value=86_400, required=False, help_text="Seconds.")
    calendar = serializers.ChoiceField(choices=["renew", "remove"], required=False)


def schedule_shown(schedule: Schedule) -> dict[str, JSON]:
    """A schedule as the API shows it."""
    return {
        "id": str(schedule.pk),
        "workflow": str(schedule.workflow_id),
        "workflow_slug": schedule.workflow.slug,
        "workflow_name": schedule.workflow.name,
        "workflow_is_active": schedule.workflow.is_active,
        "workflow_is_published": schedule.workflow.published_version_id is not None,
        "trigger_id": schedule.trigger_id,
        "name": schedule.name,
        "kind": schedule.kind,
        "cron": schedule.cron or None,
        "every_seconds": schedule.every_seconds,
        "at": iso(schedule.at),
        "timezone": schedule.timezone,
        "starts_at": iso(schedule.starts_at),
        "ends_at": iso(schedule.ends_at),
        "max_runs": schedule.max_runs,
        "overlap": schedule.overlap,
        "catch_up": schedule.catch_up,
        "jitter_seconds": schedule.jitter_seconds,
        "context": schedule.context,
        "start_at": schedule.start_at,
        "is_active": schedule.is_active,
        "description": description_of(schedule),
        "next_runs": [iso(moment) for moment in next_runs(schedule)],
        "run_count": schedule.run_count,
        "last_due_at": iso(schedule.last_due_at),
        "created_at": iso(schedule.created_at),
        "updated_at": iso(schedule.updated_at),
    }


def description_of(schedule: Schedule) -> str:
    """The schedule in words."""
    return describe(
        kind=schedule.kind,
        cron=schedule.cron,
        every_seconds=schedule.every_seconds,
        at=schedule.at,
        timezone=schedule.timezone,
    )


def agenda_shown(entry: AgendaEntry) -> dict[str, JSON]:
    """The due times of a schedule on a day."""
    return {
        "day": entry.day.isoformat(),
        "schedule": str(entry.schedule.pk),
        "name": entry.schedule.name,
        "workflow_slug": entry.schedule.workflow.slug,
        "workflow_name": entry.schedule.workflow.name,
        "description": description_of(entry.schedule),
        "count": len(entry.times),
        "more": entry.more,
        "first": iso(entry.times[0]),
        "last": iso(entry.times[-1]),
    }


def run_shown(run: ScheduleRun) -> dict[str, JSON]:
    """What became of a due time."""
    return {
        "due_at": iso(run.due_at),
        "fired_at": iso(run.fired_at),
        "late_seconds": round((run.fired_at - run.due_at).total_seconds(), 3),
        "state": run.state,
        "reason": run.reason,
        "back_fill": run.is_back_fill,
        "job": str(run.job_id) if run.job_id else None,
        "job_status": run.job.status if run.job else None,
    }


def alert_shown(alert: ScheduleAlert) -> dict[str, JSON]:
    """Something that people should know."""
    return {
        "id": str(alert.pk),
        "schedule": str(alert.schedule_id),
        "workflow_slug": alert.schedule.workflow.slug,
        "workflow_name": alert.schedule.workflow.name,
        "kind": alert.kind,
        "detail": alert.detail,
        "count": alert.count,
        "first_due_at": iso(alert.first_due_at),
        "last_due_at": iso(alert.last_due_at),
        "created_at": iso(alert.created_at),
    }


def policy_shown(policy: SchedulePolicy, *, with_url: bool) -> dict[str, JSON]:
    """What holds for all schedules. The calendar's address tells of all of them, so that it is for those who set it."""
    return {
        "paused": policy.paused_at is not None,
        "paused_at": iso(policy.paused_at),
        "minimum_interval": policy.minimum_interval,
        "calendar_url": calendar_url(policy) if with_url else None,
    }

"""HTTP of schedules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common import moments
from backend.common.json import JSON
from backend.common.pagination import paginated
from backend.jobs.serializers import iso
from backend.triggers import due
from backend.triggers.describing import describe
from backend.triggers.due import Timing
from backend.triggers.selectors import schedules as selectors
from backend.triggers.serializers import schedules as serializers
from backend.triggers.services import firing, schedules
from backend.workflows import selectors as workflow_selectors

_MOST_BACK_FILLED = 500
_VIEW_MANAGE = {"GET": Permission.SCHEDULE_VIEW, "PATCH": Permission.SCHEDULE_MANAGE}


class ScheduleList(OrganizationView):
    """The organisation's schedules."""

    permissions: ClassVar[Mapping[str, Permission]] = {
        "GET": Permission.SCHEDULE_VIEW,
        "POST": Permission.SCHEDULE_MANAGE,
    }

    @extend_schema(parameters=[serializers.ScheduleFilters], responses={200: dict})
    def get(self, request: Request) -> Response:
        """All, or those of one workflow (id or slug), or the active ones."""
        filters = serializers.ScheduleFilters(data=request.query_params)
        filters.is_valid(raise_exception=True)
        rows = selectors.schedule_list(self.actor.organization, **filters.validated_data)
        return paginated(request, rows, shape=serializers.schedule_shown)

    @extend_schema(request=serializers.ScheduleInput, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A new schedule."""
        values = self.validated(serializers.ScheduleInput)
        workflow = workflow_selectors.workflow_get(self.actor.organization, key=values.pop("workflow"))
        return Response(serializers.schedule_shown(schedules.schedule_create(workflow, values=values)), status=201)


class ScheduleDetail(OrganizationView):
    """One schedule."""

    permissions: ClassVar[Mapping[str, Permission]] = {**_VIEW_MANAGE, "DELETE": Permission.SCHEDULE_MANAGE}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, schedule_id: UUID) -> Response:
        """The schedule with its next five times."""
        return Response(serializers.schedule_shown(selectors.schedule_get(self.actor.organization, schedule_id)))

    @extend_schema(request=serializers.ScheduleFields(partial=True), responses={200: dict})
    def patch(self, request: Request, schedule_id: UUID) -> Response:
        """Changes the fields that are given."""
        schedule = selectors.schedule_get(self.actor.organization, schedule_id)
        values = self.validated(serializers.ScheduleFields, partial=True)
        return Response(serializers.schedule_shown(schedules.schedule_update(schedule, values=values)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, schedule_id: UUID) -> Response:
        """Removes the schedule; its jobs stay."""
        schedules.schedule_delete(selectors.schedule_get(self.actor.organization, schedule_id))
        return Response(status=204)


class ScheduleRuns(OrganizationView):
    """What became of a schedule's due times."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.SCHEDULE_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, schedule_id: UUID) -> Response:
        """The latest first."""
        schedule = selectors.schedule_get(self.actor.organization, schedule_id)
        return paginated(request, selectors.schedule_runs(schedule), shape=serializers.run_shown)


class ScheduleBackFill(OrganizationView):
    """Runs the due times of a range that have not run."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.SCHEDULE_MANAGE}

    @extend_schema(request=serializers.BackFillInput, responses={200: dict})
    def post(self, request: Request, schedule_id: UUID) -> Response:
        """At most 500 times at once; `dry_run` only lists them."""
        asked = self.validated(serializers.BackFillInput)
        schedule = selectors.schedule_get(self.actor.organization, schedule_id)
        if asked.pop("dry_run"):
            before = asked["since"] - timedelta(microseconds=1)
            timing = selectors.timing_of(schedule)
            dues = due.between(timing, after=before, until=asked["until"], limit=_MOST_BACK_FILLED)
            return Response({"count": len(dues), "due": [iso(moment) for moment in dues]})
        made = firing.back_fill(schedule, **asked, limit=_MOST_BACK_FILLED)
        return Response({"count": len(made), "results": [serializers.run_shown(run) for run in made]})


class SchedulePreview(OrganizationView):
    """When something would be due, in times and in words."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.SCHEDULE_VIEW}

    @extend_schema(request=serializers.PreviewInput, responses={200: dict})
    def post(self, request: Request) -> Response:
        """The next ten times, unless another count is asked for."""
        asked = self.validated(serializers.PreviewInput)
        count, now = asked.pop("count"), datetime.now(UTC)
        timing = Timing(anchor=now.replace(microsecond=0), **_given(asked))
        dues = list(islice(due.upcoming(timing, after=now), count))
        words = describe(
            kind=timing.kind,
            cron=timing.cron,
            every_seconds=timing.every_seconds,
            at=timing.at,
            timezone=timing.timezone,
        )
        return Response({"description": words, "next_runs": [iso(moment) for moment in dues]})


class ScheduleAgenda(OrganizationView):
    """What will run in the next days."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.SCHEDULE_VIEW}

    @extend_schema(parameters=[serializers.AgendaInput], responses={200: dict})
    def get(self, request: Request) -> Response:
        """Day by day, as the days are in the asked time zone."""
        asked = serializers.AgendaInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        zone, days = asked.validated_data["timezone"], asked.validated_data["days"]
        zone = due.zone_of(zone) if isinstance(zone, str) else zone
        entries = selectors.agenda(self.actor.organization, zone=zone, now=datetime.now(UTC), days=days)
        return Response({"results": [serializers.agenda_shown(entry) for entry in entries]})


class ScheduleSettings(OrganizationView):
    """What holds for all schedules of the organisation."""

    permissions: ClassVar[Mapping[str, Permission]] = _VIEW_MANAGE

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """Whether they rest, the shortest interval, and the calendar's address."""
        return self._shown()

    @extend_schema(request=serializers.PolicyInput, responses={200: dict})
    def patch(self, request: Request) -> Response:
        """Changes what is given."""
        schedules.policy_update(self.actor.organization, values=self.validated(serializers.PolicyInput, partial=True))
        return self._shown()

    def _shown(self) -> Response:
        may_manage = self.actor.may(Permission.SCHEDULE_MANAGE)
        policy = selectors.policy_of(self.actor.organization.pk)
        return Response(serializers.policy_shown(policy, with_url=may_manage))


class ScheduleAlerts(OrganizationView):
    """Due times that were late or missed, until somebody dismisses the alert."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.SCHEDULE_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """The newest first."""
        return paginated(request, selectors.alert_list(self.actor.organization), shape=serializers.alert_shown)


class ScheduleAlertDismiss(OrganizationView):
    """Somebody has seen it."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.SCHEDULE_MANAGE}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, alert_id: UUID) -> Response:
        """It is not shown any more."""
        schedules.alert_dismiss(selectors.alert_get(self.actor.organization, alert_id))
        return Response(status=204)


def _given(asked: Mapping[str, JSON]) -> dict[str, JSON]:
    given = {name: value for name, value in asked.items() if value not in (None, "")}
    zone = due.zone_of(given.get("timezone", "UTC"))
    for name in given.keys() & {"at", "starts_at", "ends_at"}:
        given[name] = moments.in_utc(given[name], zone=zone)
    return given

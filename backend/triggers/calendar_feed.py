"""The public address of an organisation's calendar: whoever knows it sees what will run, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from backend.accounts.permissions import Permission
from backend.accounts.views import declare
from backend.common.errors import AppError
from backend.common.faults import fault_of
from backend.triggers import due
from backend.triggers.icalendar import Entry, feed
from backend.triggers.selectors import schedules as selectors
from backend.triggers.serializers.schedules import description_of

if TYPE_CHECKING:
    from backend.triggers.models import Schedule

_AHEAD = timedelta(days=31)
_MOST_EACH, _MOST = 200, 2000  # events of one schedule, and of all


@declare(GET=Permission.PUBLIC)
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The due times of the next month, as iCalendar."""
    if request.method not in {"GET", "HEAD"}:
        return JsonResponse({"error": "Method not allowed", "detail": "A calendar is read.", "status": 405}, status=405)
    try:
        schedules = selectors.calendar_of(token)
    except AppError as exc:
        fault = fault_of(exc, request=request)
        return JsonResponse(fault.as_json(), status=fault.status)
    now = datetime.now(UTC)
    body = feed(_entries(schedules, now=now), now=now, url=f"{settings.STEPGRAPH_BASE_URL}/schedules")
    return HttpResponse(
        body, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, max-age=300"}
    )


def _entries(schedules: list[Schedule], *, now: datetime) -> list[Entry]:
    entries = [entry for schedule in schedules for entry in _entries_of(schedule, until=now + _AHEAD)]
    return sorted(entries, key=lambda entry: (entry.at, entry.uid))[:_MOST]


def _entries_of(schedule: Schedule, *, until: datetime) -> list[Entry]:
    if schedule.next_due_at is None:
        return []
    before = schedule.next_due_at - timedelta(microseconds=1)
    dues = takewhile(lambda moment: moment <= until, due.upcoming(selectors.timing_of(schedule), after=before))
    left = None if schedule.max_runs is None else schedule.max_runs - schedule.run_count
    title = schedule.name or schedule.workflow.name
    return [
        Entry(f"{schedule.pk}-{moment:%Y%m%dT%H%M%SZ}", title, description_of(schedule), moment)
        for moment in islice(dues, _MOST_EACH if left is None else min(left, _MOST_EACH))
    ]

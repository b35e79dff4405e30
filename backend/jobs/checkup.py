"""The checks of the machine itself, for `manage.py doctor` and for the page of the system's health."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection

from backend.accounts.models import Organization
from backend.common.json import JSON
from backend.jobs import health, selectors
from backend.jobs.health import Part

_LOW_DISK = 1_000_000_000  # bytes
_CLOCK_SECONDS = 60.0


def clock() -> Part:
    """Whether this machine and the database agree on the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        found = cursor.fetchone()[0]
    moment = found if isinstance(found, datetime) else datetime.fromisoformat(found).replace(tzinfo=UTC)
    apart = abs((datetime.now(UTC) - moment).total_seconds())
    detail = "" if apart < _CLOCK_SECONDS else f"{apart:.0f} s apart from the database's. Run a time service (NTP)."
    return Part("clock", ok=apart < _CLOCK_SECONDS, detail=detail)


def disk() -> Part:
    """Whether there is room for files, logs and the database."""
    free = shutil.disk_usage(settings.STEPGRAPH_HOME).free
    detail = f"{free / 1e9:.1f} GB free in {settings.STEPGRAPH_HOME}"
    return Part("disk", ok=free > _LOW_DISK, detail=detail if free > _LOW_DISK else f"{detail}: make room.")


def checkup(organization: Organization) -> dict[str, JSON]:
    """Every part of the installation, its workers, and how many jobs of an organisation wait and run."""
    parts = health.parts()
    if not parts[0].ok:  # without a database nothing else can be asked
        return {"version": health.VERSION, "parts": _shown(parts), "workers": [], "jobs": {}}
    workers = [
        {"host": worker.host, "pid": worker.pid, "started_at": worker.started_at, "seen_at": worker.seen_at}
        for worker in health.living_workers()
    ]
    return {
        "version": health.VERSION,
        "parts": _shown([*parts, clock(), disk()]),
        "workers": workers,
        "jobs": selectors.live_counts(organization),
    }


def _shown(parts: list[Part]) -> list[dict[str, JSON]]:
    return [{"name": part.name, "needed": part.needed, **part.as_json()} for part in parts]

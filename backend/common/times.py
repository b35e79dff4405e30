"""How times are written."""

from __future__ import annotations

from datetime import datetime


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as everywhere in the API."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None

"""Moments that people write: which are taken, and what one without an offset means. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

# Far enough from the first and the last moment of a datetime that any time zone and any interval can be added.
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(9001, 1, 1, tzinfo=UTC)


def parsed(text: str) -> datetime:
    """The moment that an ISO 8601 text means; raises ValueError with words for a person."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a time; use ISO 8601 such as “2030-01-01T08:00:00Z”") from None
    return checked(moment)


def checked(moment: datetime) -> datetime:
    """The same moment; raises ValueError with words for a person when it is too far away to reckon with.

    One without an offset is judged as if it were UTC: its time zone is not always known yet.
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not _FIRST <= aware < _END:  # unlike a conversion to UTC, a comparison never overflows
        raise ValueError("outside the years 1970 to 9000 in UTC; choose a moment within them")
    return moment


def in_utc(moment: datetime, *, zone: tzinfo) -> datetime:
    """The moment in UTC; one without an offset is what a clock in that time zone shows."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def check_order(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Raises ValueError with words for a person when an end is not later than its beginning."""
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise ValueError("not later than “starts_at”: the end comes before the beginning")

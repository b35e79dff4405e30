"""Functions and methods for dates, times and durations. Every date and time has a zone; UTC where none is given."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backend.expressions.compare import day, moment
from backend.expressions.errors import type_error, value_error
from backend.expressions.frame import Frame, Value
from backend.expressions.table import function, method
from backend.expressions.values import NUMBERS, kind

FIELDS: Final[dict[type, tuple[str, ...]]] = {
    datetime: ("year", "month", "day", "hour", "minute", "second", "microsecond"),
    date: ("year", "month", "day"),
    timedelta: ("days", "seconds", "microseconds"),
}
"""What `.name` reads from a date."""

_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_DIRECTIVES: Final = frozenset("aAbBdHIjmMpSUwWyYfzZ%")


@function("now(tz=null)", "The moment at which the job started, the same in every replay.")
@function("datetime.now(tz=null)", "The same as now().", aliases=("datetime.datetime.now", "datetime.utcnow"))
def _now(f: Frame, /, tz: Value = None) -> Value:
    return pinned(f).astimezone(UTC if tz is None else zone(tz))


@function("date.today(tz=null)", "The day on which the job started.", aliases=("datetime.date.today", "today"))
def _today(f: Frame, /, tz: Value = None) -> Value:
    return _now(f, tz).date()


@function(
    "datetime.fromisoformat(text)",
    "A date and time from ISO text such as 2026-01-31T08:30:00Z.",
    aliases=("datetime.datetime.fromisoformat",),
)
def _datetime_from(_f: Frame, text: Value, /) -> Value:
    if type(text) is datetime:
        return text
    return moment(_text(text))


@function(
    "date.fromisoformat(text)",
    "A date from ISO text such as 2026-01-31.",
    aliases=("datetime.date.fromisoformat",),
)
def _date_from(_f: Frame, text: Value, /) -> Value:
    return day(_text(text))


@function("datetime.fromtimestamp(seconds)", "A date and time from seconds since 1970, in UTC.")
def _from_timestamp(_f: Frame, seconds: Value, /) -> Value:
    if type(seconds) not in NUMBERS:
        raise type_error(f"A number of seconds is needed, not {kind(seconds)}.")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


@function(
    "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)",
    "A duration.",
    aliases=("datetime.timedelta",),
)
def _timedelta(
    _f: Frame,
    /,
    days: Value = 0,
    seconds: Value = 0,
    microseconds: Value = 0,
    milliseconds: Value = 0,
    minutes: Value = 0,
    hours: Value = 0,
    weeks: Value = 0,
) -> Value:
    parts = (days, seconds, microseconds, milliseconds, minutes, hours, weeks)
    if not NUMBERS.issuperset(map(type, parts)):
        raise type_error("timedelta() takes numbers.", hint="As in timedelta(minutes=5).")
    return timedelta(*parts)


def pinned(f: Frame) -> datetime:
    """The environment's `now`, with a zone."""
    now = f.environment.now
    return now if now.tzinfo else now.replace(tzinfo=UTC)


@lru_cache(maxsize=200)
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def zone(name: Value) -> tzinfo:
    """The time zone of that name; raises a value error."""
    if type(name) is str and _ZONE.fullmatch(name):
        try:
            return _zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # some systems answer a folder's name with OSError
            pass
    raise value_error("There is no such time zone.", hint="Write it as in Europe/Bucharest or UTC.")


def strftime(value: datetime | date, pattern: Value) -> str:
    """A date by a pattern of known directives, for widths and flags of the C library have no bounds."""
    if type(pattern) is not str or len(pattern) > 100:
        raise value_error("A date pattern is a text of at most 100 characters, such as %Y-%m-%d.")
    if not _DIRECTIVES.issuperset(_DIRECTIVE.findall(pattern)) or not pattern.isprintable():
        raise value_error("The date pattern has an unknown directive.", hint="Known: %Y %m %d %H %M %S %a %b %j %p …")
    return value.strftime(pattern.encode("unicode_escape").decode()).encode().decode("unicode_escape")


def _text(value: Value) -> str:
    if type(value) is not str:
        raise type_error(f"ISO text is needed, not {kind(value)}.")
    return value


@method(datetime, "isoformat()", "ISO text.")
@method(date, "isoformat()", "ISO text.")
def _isoformat(_f: Frame, value: Value, /) -> Value:
    return value.isoformat()


@method(datetime, "weekday()", "0 for Monday to 6 for Sunday.")
@method(date, "weekday()", "0 for Monday to 6 for Sunday.")
def _weekday(_f: Frame, value: Value, /) -> Value:
    return value.weekday()


@method(datetime, "isoweekday()", "1 for Monday to 7 for Sunday.")
@method(date, "isoweekday()", "1 for Monday to 7 for Sunday.")
def _isoweekday(_f: Frame, value: Value, /) -> Value:
    return value.isoweekday()


@method(datetime, "strftime(pattern)", "Text by a pattern such as %d.%m.%Y %H:%M.")
@method(date, "strftime(pattern)", "Text by a pattern such as %d.%m.%Y.")
def _strftime(_f: Frame, value: Value, pattern: Value, /) -> Value:
    return strftime(value, pattern)


@method(datetime, "date()", "The day alone.")
def _date(_f: Frame, value: Value, /) -> Value:
    return value.date()


@method(datetime, "timestamp()", "Seconds since 1970.")
def _timestamp(_f: Frame, value: Value, /) -> Value:
    return value.timestamp()


@method(datetime, "astimezone(zone)", "The same moment in another time zone, such as Europe/Bucharest.")
def _astimezone(_f: Frame, value: Value, name: Value, /) -> Value:
    return value.astimezone(zone(name))


@method(datetime, "replace(year=, month=, day=, hour=, minute=, second=, microsecond=)", "With other fields.")
@method(date, "replace(year=, month=, day=)", "With other fields.")
def _replace(_f: Frame, value: Value, /, **fields: Value) -> Value:
    known = FIELDS[type(value)]
    if not all(name in known and type(field) is int for name, field in fields.items()):
        raise type_error(f"replace() takes whole numbers for: {', '.join(known)}.")
    try:
        return value.replace(**fields)
    except (ValueError, OverflowError):
        raise value_error("There is no such date.") from None


@method(timedelta, "total_seconds()", "The whole duration in seconds.")
def _total_seconds(_f: Frame, value: Value, /) -> Value:
    return value.total_seconds()

"""When a schedule is due. Pure: a timing and a moment go in, moments in UTC come out.

Daylight saving, in words. A cron expression whose hour is named (`0 2 * * *`, `30 1-5 * * *`) goes by the wall clock:
each local time comes due once. A time that the clock jumps over comes due at the moment of the jump, a time that the
clock shows twice comes due the first time. An expression for every hour (`*/5 * * * *`, `0 */2 * * *`) goes by real
time: it comes due whenever the clock shows a time that fits, so that in the autumn the repeated hour counts twice,
and in the spring nothing is made up for. Intervals count real seconds from their anchor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from croniter import croniter

from backend.common import cron

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LOOK_AHEAD_DAYS = 370  # how far a change of the clock is looked for at once
_LOOK_BACK = (timedelta(hours=1), _DAY, timedelta(days=32), timedelta(days=366), timedelta(days=8 * 366))


@dataclass(frozen=True, slots=True)
class Timing:
    """When something is due: by a cron expression, every so many seconds, or once."""

    kind: str  # cron | interval | once
    anchor: datetime  # from where intervals count
    cron: str = ""
    every_seconds: int = 0
    at: datetime | None = None
    timezone: str = "UTC"
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def upcoming(timing: Timing, *, after: datetime) -> Iterator[datetime]:
    """Every due time later than `after` in order, within the schedule's own bounds."""
    start = after
    if timing.starts_at is not None and timing.starts_at > after:
        start = timing.starts_at - _SECOND / 1000  # a time at the very start is due
    dues = _to_the_end_of_time(_unbounded(timing, start))
    ends = timing.ends_at
    return dues if ends is None else takewhile(lambda due: due <= ends, dues)


def following(timing: Timing, *, after: datetime) -> datetime | None:
    """The first due time later than `after`, if there is one."""
    return next(upcoming(timing, after=after), None)


def latest(timing: Timing, *, after: datetime, until: datetime) -> datetime | None:
    """The last due time later than `after` and not later than `until`."""
    if timing.kind == "interval":
        return _latest_tick(timing, after=after, until=until)
    for span in _LOOK_BACK:
        since = max(after, until - span)
        found = None
        for due in upcoming(timing, after=since):
            if due > until:
                break
            found = due
        if found is not None or since == after:
            return found
    return None


def between(timing: Timing, *, after: datetime, until: datetime, limit: int) -> list[datetime]:
    """The first `limit` due times later than `after` and not later than `until`."""
    return list(islice(takewhile(lambda due: due <= until, upcoming(timing, after=after)), limit))


def shortest_gap(timing: Timing, *, after: datetime, sample: int = 100) -> float | None:
    """The fewest seconds between two of the next due times; None when there are not two."""
    if timing.kind == "interval":
        return float(timing.every_seconds)
    dues = list(islice(upcoming(timing, after=after), sample))
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(dues)]
    return min(gaps, default=None)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a name that has been checked."""
    return ZoneInfo(name)


def jitter(key: str, *, most: int) -> int:
    """Seconds from 0 to `most` that depend on the schedule alone, so that every process means the same moment."""
    if not most:
        return 0
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % (most + 1)


def _to_the_end_of_time(dues: Iterator[datetime]) -> Iterator[datetime]:
    """Ends where the next moment is one that a datetime cannot hold: nothing comes due there."""
    try:
        yield from dues
    except OverflowError:
        return


def _unbounded(timing: Timing, after: datetime) -> Iterator[datetime]:
    match timing.kind:
        case "interval":
            return _ticks(timing, after)
        case "once":
            return iter([timing.at] if timing.at is not None and timing.at > after else [])
        case _:
            zone = ZoneInfo(timing.timezone)
            real = cron.has_every_hour(timing.cron)
            return _by_real_time(timing.cron, zone, after) if real else _by_wall_clock(timing.cron, zone, after)


# --- intervals ------------------------------------------------------------------------------------------------------


def _ticks(timing: Timing, after: datetime) -> Iterator[datetime]:
    every = timedelta(seconds=timing.every_seconds)
    first = timing.starts_at or timing.anchor + every
    tick = first if first > after else first + ((after - first) // every + 1) * every
    while True:
        yield tick
        tick += every


def _latest_tick(timing: Timing, *, after: datetime, until: datetime) -> datetime | None:
    if timing.ends_at is not None:
        until = min(until, timing.ends_at)
    first = following(timing, after=after)
    if first is None or first > until:
        return None
    every = timedelta(seconds=timing.every_seconds)
    return first + (until - first) // every * every


# --- cron -----------------------------------------------------------------------------------------------------------


def _by_wall_clock(expression: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    last = after
    for wall in _walls(expression, _wall(after, zone)):
        due = _instant(wall, zone)
        if due > last:  # several times that the clock jumps over come due together
            yield due
            last = due


def _by_real_time(expression: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Between two changes of the clock, local time is real time plus a constant."""
    start = after  # a moment in the stretch, or the change that begins it
    while True:
        offset, change = _offset(start, zone), _next_change(zone, start)
        wall = (start + offset).replace(tzinfo=None)
        for found in _walls(expression, wall if start == after else wall - _SECOND):
            due = (found - offset).replace(tzinfo=UTC)
            if due >= change:
                break
            yield due
        start = change


def _walls(expression: str, wall: datetime) -> Iterator[datetime]:
    times = croniter(expression, wall)
    while True:
        try:
            yield times.get_next(datetime)
        except ValueError:  # no day fits any more, or only one beyond the year 9999
            return


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which a clock shows this time, or jumps over it."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(moment, zone) == wall:
        return moment
    return _next_change(zone, moment - _DAY)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


@lru_cache(maxsize=4096)
def _change_after_day(zone: ZoneInfo, day: datetime) -> datetime:
    """The first change of the clock after the beginning of a day, or a moment far ahead when there is none."""
    offset = _offset(day, zone)
    for _ in range(_LOOK_AHEAD_DAYS):
        if _offset(day + _DAY, zone) != offset:
            return _change_within(zone, day, day + _DAY)
        day += _DAY
    return day


def _next_change(zone: ZoneInfo, moment: datetime) -> datetime:
    """The first moment after this one from which another offset holds; moments far ahead need not be one."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    change = _change_after_day(zone, day)
    return change if change > moment else _change_after_day(zone, day + _DAY)


def _change_within(zone: ZoneInfo, before: datetime, behind: datetime) -> datetime:
    offset = _offset(before, zone)
    while behind - before > _SECOND:
        middle = before + ((behind - before) // 2 // _SECOND) * _SECOND
        if _offset(middle, zone) == offset:
            before = middle
        else:
            behind = middle
    return behind

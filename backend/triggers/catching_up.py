"""Which due times a schedule fires now, and which it has missed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.triggers import due
from backend.triggers.due import Timing

GRACE = timedelta(seconds=60)  # so late a due time still counts as on time
MOST_AT_ONCE = 100  # due times that one transaction fires for one schedule
MOST_MADE_UP = 1000  # due times that `all` makes up for: the latest ones
_COUNTED = 10_000  # how far missed due times are counted


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about a schedule whose time has come."""

    fire: tuple[datetime, ...] = ()
    missed: int = 0  # at least so many
    first_missed: datetime | None = None
    last_missed: datetime | None = None
    next_due: datetime | None = None


def plan(timing: Timing, *, next_due: datetime, now: datetime, catch_up: str) -> Plan:
    """Fires what is due; what is overdue by more than GRACE as `catch_up` says: none of it, the last, or all."""
    before = next_due - timedelta(microseconds=1)
    edge = now - GRACE
    overdue = due.between(timing, after=before, until=edge, limit=_COUNTED)
    recent = due.between(timing, after=max(before, edge), until=now, limit=MOST_AT_ONCE)
    made_up = _made_up(timing, overdue, edge=edge, catch_up=catch_up, alone=not recent)
    fire = tuple([*made_up, *recent][:MOST_AT_ONCE])
    missed = len(overdue) - len(made_up)
    return Plan(
        fire=fire,
        missed=missed,
        first_missed=overdue[0] if missed else None,
        last_missed=_last_missed(timing, overdue, made_up, edge=edge) if missed else None,
        next_due=due.following(timing, after=fire[-1] if len(fire) == MOST_AT_ONCE else max(now, before)),
    )


def _made_up(timing: Timing, overdue: list[datetime], *, edge: datetime, catch_up: str, alone: bool) -> list[datetime]:
    if not overdue or catch_up == "none":
        return []
    if catch_up == "all":
        return overdue[-MOST_MADE_UP:] if len(overdue) < _COUNTED else _latest(timing, edge=edge)
    if not alone:  # a due time that is on time makes up for those before it
        return []
    return [
        overdue[-1] if len(overdue) < _COUNTED else due.latest(timing, after=overdue[-1], until=edge) or overdue[-1]
    ]


def _latest(timing: Timing, *, edge: datetime) -> list[datetime]:
    """The last due times before the edge when there are too many to walk through from the beginning."""
    span = timedelta(minutes=1)
    while True:
        found = due.between(timing, after=edge - span, until=edge, limit=_COUNTED)
        if len(found) >= MOST_MADE_UP:
            return found[-MOST_MADE_UP:]
        span *= 2


def _last_missed(
    timing: Timing, overdue: list[datetime], made_up: list[datetime], *, edge: datetime
) -> datetime | None:
    until = made_up[0] - timedelta(microseconds=1) if made_up else edge
    return due.latest(timing, after=overdue[0] - timedelta(microseconds=1), until=until)

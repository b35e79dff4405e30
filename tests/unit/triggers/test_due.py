"""When schedules are due: across changes of the clock, within bounds, before and after a moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend.common.cron import canonical
from backend.triggers import due
from backend.triggers.due import Timing

START = datetime(2026, 1, 1, tzinfo=UTC)

# Made minute by minute with the matcher of `pycron`, and compared with `cronsim`: neither shares code with the library
# that the product uses. The two agree but for three rows of Lord Howe, whose half hour cronsim steps over.
TABLE = json.loads((Path(__file__).parent / "dst_table.json").read_text())


def cron(expression, zone="UTC", **bounds):
    return Timing("cron", anchor=START, cron=canonical(expression), timezone=zone, **bounds)


def every(seconds, **bounds):
    return Timing("interval", anchor=START, every_seconds=seconds, **bounds)


def first(timing, *, after=START, count=3):
    return [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in islice(due.upcoming(timing, after=after), count)]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['zone']} {row['after'][:10]} {row['cron']}")
def test_changes_of_the_clock_as_two_other_libraries_see_them(row):
    after, until = datetime.fromisoformat(row["after"]), datetime.fromisoformat(row["until"])

    found = due.between(cron(row["cron"], row["zone"]), after=after, until=until, limit=10_000)

    assert [f"{moment:%Y-%m-%dT%H:%MZ}" for moment in found] == row["due"]


@pytest.mark.parametrize("zone", ["Europe/Bucharest", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("expression", ["30 1 * * *", "30 2 * * *", "30 3 * * *", "45 1 * * *", "15 2 * * *"])
def test_a_named_hour_comes_once_on_every_day_of_two_years(zone, expression):
    moments = islice(due.upcoming(cron(expression, zone), after=START), 731)

    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in moments]

    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


@pytest.mark.parametrize("zone", ["Europe/Bucharest", "America/New_York", "Africa/Casablanca"])
def test_every_hour_is_every_real_hour(zone):
    moments = list(islice(due.upcoming(cron("0 * * * *", zone), after=START), 24 * 366))

    assert {later - earlier for earlier, later in pairwise(moments)} == {timedelta(hours=1)}


def test_each_next_time_is_the_same_whether_walked_or_asked_anew():
    timing = cron("*/20 1-3 * * *", "Australia/Lord_Howe")
    walked = list(islice(due.upcoming(timing, after=datetime(2026, 4, 3, tzinfo=UTC)), 60))

    asked, moment = [], datetime(2026, 4, 3, tzinfo=UTC)
    for _ in range(60):
        moment = due.following(timing, after=moment)
        asked.append(moment)

    assert asked == walked


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 9 L * *", ["2026-01-31 09:00:00", "2026-02-28 09:00:00", "2026-03-31 09:00:00"]),
        ("0 9 * * MON#2", ["2026-01-12 09:00:00", "2026-02-09 09:00:00", "2026-03-09 09:00:00"]),
        ("0 9 * * 5L", ["2026-01-30 09:00:00", "2026-02-27 09:00:00", "2026-03-27 09:00:00"]),
        ("0 9 * JAN,JUL SUN", ["2026-01-04 09:00:00", "2026-01-11 09:00:00", "2026-01-18 09:00:00"]),
        ("0 9 * * 1-5", ["2026-01-01 09:00:00", "2026-01-02 09:00:00", "2026-01-05 09:00:00"]),
        ("@monthly", ["2026-02-01 00:00:00", "2026-03-01 00:00:00", "2026-04-01 00:00:00"]),
    ],
)
def test_names_last_days_and_ordinals(expression, expected):
    assert first(cron(expression)) == expected


def test_an_interval_counts_from_its_anchor_and_includes_its_start():
    assert first(every(90)) == ["2026-01-01 00:01:30", "2026-01-01 00:03:00", "2026-01-01 00:04:30"]
    assert first(every(90), after=START + timedelta(seconds=91), count=1) == ["2026-01-01 00:03:00"]
    begins = every(90, starts_at=START + timedelta(hours=1))
    assert first(begins, count=2) == ["2026-01-01 01:00:00", "2026-01-01 01:01:30"]


def test_bounds_hold_at_both_ends_and_include_them():
    bounded = cron("0 * * * *", starts_at=START + timedelta(hours=2), ends_at=START + timedelta(hours=4))

    assert first(bounded, count=9) == ["2026-01-01 02:00:00", "2026-01-01 03:00:00", "2026-01-01 04:00:00"]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Honolulu", "Pacific/Kiritimati"])
@pytest.mark.parametrize("expression", ["*/5 * * * *", "0 9 * * *", "0 0 1 1 *", "0 0 29 2 *", "0 0 L * *"])
@pytest.mark.parametrize(
    "starts_at", [datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(9999, 12, 1, tzinfo=UTC)]
)
def test_cron_ends_with_the_last_moment_of_a_datetime(expression, zone, starts_at):
    assert len(first(cron(expression, zone, starts_at=starts_at), count=10_000)) < 10_000


def test_an_interval_ends_with_the_last_moment_of_a_datetime():
    last = every(60, starts_at=datetime(9999, 12, 31, 23, 58, 30, tzinfo=UTC))

    assert first(last) == ["9999-12-31 23:58:30", "9999-12-31 23:59:30"]
    assert first(every(10**15)) == []
    assert first(every(10**10, starts_at=START), after=START + timedelta(days=2_900_000)) == []


def test_once_is_once():
    once = Timing("once", anchor=START, at=START + timedelta(minutes=5))

    assert first(once) == ["2026-01-01 00:05:00"]
    assert first(once, after=START + timedelta(minutes=5)) == []


@pytest.mark.parametrize("timing", [cron("*/5 * * * *"), cron("0 2 L * *", "Europe/Bucharest"), every(7)])
def test_the_latest_time_is_the_last_of_those_between(timing):
    until = START + timedelta(days=70, seconds=3)
    between = due.between(timing, after=START, until=until, limit=1_000_000)

    assert due.latest(timing, after=START, until=until) == between[-1]
    assert due.latest(timing, after=between[-1], until=until) is None


def test_the_shortest_gap_is_found_in_uneven_expressions():
    assert due.shortest_gap(cron("0,1 9 * * *"), after=START) == 60
    assert due.shortest_gap(every(5), after=START) == 5
    assert due.shortest_gap(Timing("once", anchor=START, at=START), after=START) is None


def test_jitter_is_the_same_everywhere_and_spreads():
    offsets = [due.jitter(f"schedule-{number}", most=60) for number in range(500)]

    assert offsets == [due.jitter(f"schedule-{number}", most=60) for number in range(500)]
    assert (min(offsets), max(offsets)) == (0, 60)
    assert due.jitter("any", most=0) == 0


@pytest.mark.parametrize(
    "text", ["", "* * * *", "* * * * * *", "61 * * * *", "R R * * *", "H * * * *", "0 9 15W * *", "0 0 31 2 *", "often"]
)
def test_what_is_no_cron_expression_is_told(text):
    with pytest.raises(ValueError, match="not a cron expression"):
        canonical(text)

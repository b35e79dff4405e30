"""What is said about triggers before they are published: the rules of the API, each at its place."""

from __future__ import annotations

import pytest

from tests.unit.workflows.helpers import found, script


def problems(**trigger):
    """The places of all problems of one trigger."""
    return {path for _, _, path in found(script("a"), triggers=[{"id": "t", **trigger}])}


def schedule(**values):
    return problems(type="schedule", **values)


def webhook(**values):
    return problems(type="webhook", **values)


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9001-01-01T00:00:00", "1969-12-31", "soon"]
)
def test_a_moment_too_far_away_is_told(moment):
    assert schedule(at=moment) == {"triggers[0].at"}
    assert schedule(cron="0 9 * * *", starts_at=moment) == {"triggers[0].starts_at"}
    assert schedule(every_seconds=60, starts_at=moment, ends_at=moment) == {
        "triggers[0].starts_at",
        "triggers[0].ends_at",
    }


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00Z", "9000-12-31T23:59:59", "2030-01-01T08:00:00+14:00"])
def test_a_moment_that_can_be_reckoned_with_is_taken(moment):
    assert schedule(at=moment, timezone="Pacific/Honolulu") == set()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("every_seconds", 31_536_001),
        ("every_seconds", 10**15),
        ("cron", "0 9 * * " + ",".join(["1"] * 100)),
        ("max_runs", 10**12),
    ],
)
def test_a_schedule_has_the_limits_of_the_api(field, value):
    timing = {} if field in {"every_seconds", "cron"} else {"cron": "0 9 * * *"}

    assert schedule(**timing, **{field: value}) == {f"triggers[0].{field}"}


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "zone", "expected"),
    [
        ("2030-01-02T00:00:00Z", "2030-01-01T00:00:00Z", "UTC", {"triggers[0].ends_at"}),
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "UTC", {"triggers[0].ends_at"}),
        ("2030-01-01T00:00:00Z", "2030-01-01T01:00:00", "Europe/Bucharest", {"triggers[0].ends_at"}),
        ("2030-01-01T00:00:00", "2029-12-31T23:00:00Z", "Europe/Bucharest", set()),
        ("2030-01-01T00:00:00", "2030-01-01T00:00:01", "Europe/Bucharest", set()),
    ],
)
def test_an_end_that_is_not_later_than_its_beginning_is_told(starts_at, ends_at, zone, expected):
    assert schedule(cron="0 9 * * *", starts_at=starts_at, ends_at=ends_at, timezone=zone) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ip_allow", ["x"]),
        ("ip_allow", ["10.0.0.1"] * 201),
        ("idempotency_header", "a b\n"),
        ("idempotency_header", "X-Id\n"),
        ("idempotency_header", "X" * 101),
        ("timeout", 301),
        ("timeout", 0.01),
        ("rate_limit", 100_001),
        ("concurrency", 10_001),
    ],
)
def test_a_webhook_has_the_limits_of_the_api(field, value):
    assert webhook(**{field: value}) == {f"triggers[0].{field}"}


def test_a_webhook_within_them_is_taken():
    assert webhook(ip_allow=["203.0.113.0/24", "2001:db8::1"], idempotency_header="X-Request-Id", timeout=300) == set()


def test_forms_and_mailboxes_have_the_limits_of_their_rows():
    assert problems(type="form", timeout=301) == {"triggers[0].timeout"}
    assert problems(type="mailbox", connector="c" * 61) == {"triggers[0].connector"}

"""Rows that hold many events give each of them back with its number."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from backend.common.json import JSON
from backend.jobs import event_rows

JOB = UUID("0192f0c8-5a4e-7000-8000-000000000001")


def told(*kinds: str) -> list[dict[str, JSON]]:
    return [{"type": kind} for kind in kinds]


def of_step(kind: str, **more: JSON) -> dict[str, JSON]:
    """As the engine's recorder makes it."""
    at = "2026-11-27T05:00:00.000000Z"
    plain = {"type": kind, "job": str(JOB), "at": at, "step": "a", "path": "l[0].a", "status": "running", "attempt": 1}
    return plain | more


@pytest.mark.parametrize(
    "events",
    [
        [],
        told("step.started"),
        told("job.started", *["step.started", "step.completed"] * 3, "job.completed"),
        told("step.started", "job.waiting", "step.completed"),
        told(*["step.progress"] * (2 * event_rows.MOST + 1), "job.failed"),
        [of_step("step.started"), of_step("step.completed"), of_step("step.waiting", reason="a person")],
        [of_step("step.started")],
    ],
)
def test_what_is_read_is_what_was_written(events: list[dict[str, JSON]]) -> None:
    rows = [(last, json.loads(json.dumps(data))) for last, data in event_rows.in_rows(events, first=7)]

    read = [one for last, data in rows for one in event_rows.of_row(JOB, last, data)]
    assert read == list(enumerate(events, start=7))
    assert len({last for last, _ in rows}) == len(rows)


def test_steps_share_rows_and_what_happens_to_the_job_stands_alone() -> None:
    events = told("job.started", "step.started", "step.completed", "job.completed")

    rows = list(event_rows.in_rows(events, first=1))

    assert rows == [(1, events[0]), (3, events[1:3]), (4, events[3])]


def test_names_that_are_always_the_same_are_not_stored() -> None:
    events = [of_step("step.started"), of_step("step.completed"), of_step("step.waiting", reason="a person")]

    ((_, data),) = event_rows.in_rows(events, first=1)

    assert [type(event) for event in data] == [tuple, tuple, dict]
    assert "attempt" not in json.dumps(data[:2])
    assert str(JOB) not in json.dumps(data[:2])


def test_rows_of_earlier_versions_are_read() -> None:
    events = [of_step("step.started"), of_step("step.completed")]

    assert list(event_rows.of_row(JOB, 9, events)) == [(8, events[0]), (9, events[1])]

"""Rows that hold many events give each of them back with its number."""

from __future__ import annotations

import pytest

from backend.jobs import event_rows


def told(*kinds: str) -> list[dict[str, str]]:
    return [{"type": kind} for kind in kinds]


@pytest.mark.parametrize(
    "events",
    [
        [],
        told("step.started"),
        told("job.started", *["step.started", "step.completed"] * 3, "job.completed"),
        told("step.started", "job.waiting", "step.completed"),
        told(*["step.progress"] * (2 * event_rows.MOST + 1), "job.failed"),
    ],
)
def test_what_is_read_is_what_was_written(events: list[dict[str, str]]) -> None:
    rows = list(event_rows.in_rows(events, first=7))

    read = [one for last, data in rows for one in event_rows.of_row(last, data)]
    assert read == list(enumerate(events, start=7))
    assert len({last for last, _ in rows}) == len(rows)


def test_steps_share_rows_and_what_happens_to_the_job_stands_alone() -> None:
    events = told("job.started", "step.started", "step.completed", "job.completed")

    rows = list(event_rows.in_rows(events, first=1))

    assert rows == [(1, events[0]), (3, events[1:3]), (4, events[3])]

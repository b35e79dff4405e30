"""The ends of several jobs in one transaction: jobs that one worker has done in one go share a commit.

Each is fenced by its own lease, as `store.checkpoint` does it for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from backend.common import faultpoints
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import bulk, closing, listeners, sql, store
from backend.jobs.bulk import StepRecord


@dataclass(frozen=True, slots=True)
class End:
    """The last checkpoint of a job, of one that nobody waits for and that waits for nothing."""

    lease: store.Lease
    steps: Sequence[StepRecord]
    events: Sequence[JSON]
    change: store.JobChange


def end_together(ends: Sequence[End]) -> list[End]:
    """Records the ends; answers those whose lease was lost, of which nothing was written. Of errors, all or nothing."""
    for _ in ends:
        faultpoints.reached("checkpoint.ended.before")
    with transaction.atomic():
        _be_impatient()
        ordered = sorted(ends, key=lambda end: end.lease.job_id)  # rows are locked in one order by everybody
        asked = {end.lease: store.advance_to_end(end.lease, end.steps, end.events, end.change) for end in ordered}
        held = [(end, answer) for end in ends if (answer := asked[end.lease]) is not None]
        bulk.steps_upsert([(end.lease.job_id, end.steps) for end, _ in held])
        bulk.events_insert([(end.lease.job_id, answer.seq - len(end.events) + 1, end.events) for end, answer in held])
        for end, answer in held:
            listeners.job_events(end.lease.job_id, end.events, first=answer.seq - len(end.events) + 1)
            change, concerns = end.change, answer.concerns
            closing.end(
                end.lease.job_id,
                status=change.status,
                parent=answer.parent,
                output=change.output,
                error=change.error,
                concerns_of=concerns,
            )
            faultpoints.reached("checkpoint.ended.written")
        bus.hint(*(end.lease.job_id for end, _ in held))
    for _ in held:
        faultpoints.reached("checkpoint.ended.committed")
    return [end for end in ends if asked[end.lease] is None]


def end_alone(end: End) -> None:
    """Records one end. Raises store.LeaseLost."""
    store.checkpoint(end.lease, steps=end.steps, events=end.events, change=end.change)


def _be_impatient() -> None:
    """Whoever holds one of these rows for long must not hold up the others: each is then written by itself."""
    if sql.postgresql():
        sql.hot("SELECT set_config('lock_timeout', '2s', true)", [])

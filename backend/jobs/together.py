"""The ends of several jobs in one transaction: jobs that one worker has done in one go share a commit.

Each is fenced by its own lease, as `store.checkpoint` does it for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

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
    first: bool  # no step of the job is recorded yet


def end_together(ends: Sequence[End]) -> list[End]:
    """Records the ends; answers those whose lease was lost, of which nothing was written. Of errors, all or nothing."""
    for _ in ends:
        faultpoints.reached("checkpoint.ended.before")
    with transaction.atomic():
        _be_impatient()
        asked = _advanced(sorted(ends, key=lambda end: end.lease.job_id))  # everybody locks rows in one order
        held = [(end, answer) for end in ends if (answer := asked.get(end.lease.job_id)) is not None]
        for first in (True, False):
            bulk.steps_upsert([(end.lease.job_id, end.steps) for end, _ in held if end.first is first], first=first)
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
    return [end for end in ends if end.lease.job_id not in asked]


def end_alone(end: End) -> None:
    """Records one end. Raises store.LeaseLost."""
    store.checkpoint(end.lease, steps=end.steps, events=end.events, change=end.change, first=end.first)


def _advanced(ends: Sequence[End]) -> dict[UUID, store.Asked]:
    """The rows of jobs that end; without those whose lease is lost."""
    if sql.postgresql():
        rows = sql.hot(_statement(), [sql.to_json([_values(end) for end in ends])])
        return {job_id: store.Asked.of(row) for job_id, *row in rows}
    return {end.lease.job_id: answer for end in ends if (answer := _advanced_alone(end)) is not None}


def _advanced_alone(end: End) -> store.Asked | None:
    return store.advance_to_end(
        end.lease, events=len(end.events), change=end.change, progress=store.is_progress(end.steps)
    )


# What one statement is told of each job, and what it makes of that.
_GIVEN = {
    "job": "uuid", "owner": "uuid", "epoch": "integer", "ended_as": "text", "result": "text", "answer": "text",
    "fault": "jsonb", "told": "jsonb", "events": "integer", "progress": "boolean",
}  # fmt: skip
_SETS = (
    "status = ended_as, output = result, response = answer, error = fault, warnings = told, wait_reason = '',"
    " lease_owner = NULL, event_seq = event_seq + events,"
    " interruptions = CASE WHEN progress THEN 0 ELSE interruptions END"
)


@cache
def _statement() -> str:
    return (
        f"UPDATE jobs_job SET {_SETS}, finished_at = {sql.now()} FROM ({bulk.given_rows(_GIVEN)}) AS ends"  # noqa: S608 nothing in it is anybody's input
        " WHERE id = job AND lease_owner = owner AND lease_epoch = epoch AND status = 'RUNNING'"
        f" RETURNING id, {store.ANSWER}, {closing.concerns()}"
    )


def _values(end: End) -> list[JSON]:
    lease, change = end.lease, end.change
    return [
        str(lease.job_id), str(lease.owner), lease.epoch, change.status, sql.to_json(change.output),
        sql.to_json(change.response), change.error, change.warnings, len(end.events), store.is_progress(end.steps),
    ]  # fmt: skip


def _be_impatient() -> None:
    """Whoever holds one of these rows for long must not hold up the others: each is then written by itself."""
    if sql.postgresql():
        sql.hot("SELECT set_config('lock_timeout', '2s', true)", [])

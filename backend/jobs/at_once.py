"""Everything that ends jobs in one statement, for PostgreSQL: their rows, their steps and their events.

A transaction of its parts would be six messages to the server, which is most of what it takes to record a short job.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from backend.common.json import JSON
from backend.jobs import bulk, closing, listeners, sql, store
from backend.jobs.store import End


def may_be_quiet(end: End) -> bool:
    """Whether it depends on the database alone if somebody is to be told of the end within its transaction."""
    return end.change.status == "SUCCESS" and listeners.all_ask() and not listeners.anybody_wants(end.events)


def write_quietly(ends: Sequence[End]) -> set[UUID]:
    """Ends those jobs whose lease is held and whose end concerns nobody; answers which. Nothing is written of others.

    One of several that somebody else is about to write is left out, too: who was frozen must not hold up all.
    """
    jobs = [[end.lease.job_id for end in ends]] if len(ends) > 1 else []
    statement = _quiet_statement(first=_are_first(ends), several=len(ends) > 1)
    return {job_id for (job_id,) in sql.hot(statement, [*jobs, *_values(ends)])}


def write(ends: Sequence[End]) -> dict[UUID, store.Asked]:
    """Ends those jobs whose lease is held, in a transaction that goes on; answers what was asked of them."""
    rows = sql.hot(_statement(first=_are_first(ends)), _values(ends))
    return {job_id: store.Asked.of(row) for job_id, *row, _seq_before in rows}


# What the statement is told of each job, and what it makes of that.
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
def _quiet_statement(*, first: bool, several: bool) -> str:
    free = "SELECT id FROM jobs_job WHERE id = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED"
    quiet = " AND NOT ".join(("TRUE", *closing.concerns()))
    if not several:
        return f"WITH {_all_rows(quiet, 'id', first=first)} SELECT id FROM done"  # noqa: S608 as below
    rows = _all_rows(f"{quiet} AND id IN (SELECT id FROM free)", "id", first=first)  # noqa: S608
    return f"WITH free AS MATERIALIZED ({free}), {rows} SELECT id FROM done"  # noqa: S608


@cache
def _statement(*, first: bool) -> str:
    answer = ", ".join(("id", store.ANSWER, *closing.concerns()))
    return f"WITH {_all_rows('TRUE', answer, first=first)} SELECT * FROM done"  # noqa: S608 as below


def _all_rows(condition: str, answer: str, *, first: bool) -> str:
    """SQL for the parts of a statement; `done` are the rows of jobs that have ended."""
    own = ", ".join(bulk.STEPS)
    return (
        f"done AS (UPDATE jobs_job SET {_SETS}, finished_at = {sql.now()} FROM ({bulk.given_rows(_GIVEN)}) AS ends"  # noqa: S608 nothing in it is anybody's input
        f" WHERE jobs_job.id = job AND lease_owner = owner AND lease_epoch = epoch AND status = 'RUNNING'"
        f" AND {condition}"
        f" RETURNING {answer}, event_seq - events AS seq_before),"
        f" steps AS (INSERT INTO jobs_steprun ({own}) SELECT {own} FROM ({bulk.given_rows(bulk.STEPS)}) AS s"
        f" WHERE job_id IN (SELECT id FROM done){'' if first else bulk.NEWEST}),"
        f" events AS (INSERT INTO jobs_jobevent ({', '.join(bulk.EVENTS)}) SELECT job_id, seq_before + seq, data"
        f" FROM ({bulk.given_rows(bulk.EVENTS)}) AS e JOIN done ON done.id = job_id)"
    )


def _are_first(ends: Sequence[End]) -> bool:
    return all(end.first for end in ends)


def _values(ends: Sequence[End]) -> list[JSON]:
    steps = bulk.rows_of_steps([(end.lease.job_id, end.steps) for end in ends])
    events = bulk.rows_of_events([(end.lease.job_id, 1, end.events) for end in ends])
    return [sql.to_json([_row(end) for end in ends]), sql.to_json(steps), sql.to_json(events)]


def _row(end: End) -> list[JSON]:
    lease, change = end.lease, end.change
    return [
        str(lease.job_id), str(lease.owner), lease.epoch, change.status, sql.to_json(change.output),
        sql.to_json(change.response), change.error, change.warnings, len(end.events), store.is_progress(end.steps),
    ]  # fmt: skip

"""Many rows in one statement, in raw SQL: the step runs and the events of a checkpoint.

PostgreSQL gets them as one JSON text, so that the statement is always the same and planned once; SQLite, which is in
this process, as rows. What keeps the order of its keys is a text of its own in it: `jsonb` would sort them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from backend.common.json import JSON
from backend.jobs import event_rows, sql


@dataclass(slots=True)  # a frozen one takes three times as long to make, and jobs make thousands
class StepRecord:
    """The whole state of a step run as it is to be stored, and never changed. Times are ISO texts in UTC."""

    path: str
    step: str
    type: str
    status: str
    order: int
    port: str = ""
    continued: bool = False
    output: JSON = None
    aside: JSON = None
    error: JSON = None
    attempts: Sequence[JSON] = ()
    input: JSON = None
    log: str = ""
    started_at: str | None = None
    ended_at: str | None = None
    resume_at: str | None = None


# The columns of the rows that statements are given, with their types.
EVENTS = {"job_id": "uuid", "seq": "integer", "data": "jsonb"}
_GIVEN = {"job_id": "uuid", "path": "text", "step": "text", "type": "text", '"order"': "integer"}
_CHANGING = {
    "status": "text", "port": "text", "continued": "boolean", "output": "text", "aside": "text", "error": "jsonb",
    "attempts": "jsonb", "input": "text", "log": "text", "started_at": "timestamptz", "ended_at": "timestamptz",
    "resume_at": "timestamptz",
}  # fmt: skip
STEPS = _GIVEN | _CHANGING
NEWEST = " ON CONFLICT (job_id, path) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in _CHANGING)


def steps_upsert(of_jobs: Sequence[tuple[UUID, Sequence[StepRecord]]], *, first: bool = False) -> None:
    """Stores step runs of jobs, each in the place of what is stored of it; `first`: nothing is, of any step of theirs.

    To look whether there is something is a third of what PostgreSQL does for a row.
    """
    _run(_steps_statement(sql.postgresql(), first), rows_of_steps(of_jobs))


def rows_of_steps(of_jobs: Sequence[tuple[UUID, Sequence[StepRecord]]]) -> list[list[JSON]]:
    """What the statements that store step runs are given."""
    as_json = _as_it_is if sql.postgresql() else sql.to_json
    rows: list[list[JSON]] = []
    for job_id, steps in of_jobs:
        job = sql.uuid_text(job_id)
        rows += [
            [
                job, step.path, step.step, step.type, step.order, step.status, step.port, step.continued,
                sql.to_json(step.output), sql.to_json(step.aside), as_json(step.error), as_json(step.attempts),
                sql.to_json(step.input), sql.clean(step.log), step.started_at, step.ended_at, step.resume_at,
            ]
            for step in steps
        ]  # fmt: skip
    return rows


def events_insert(of_jobs: Sequence[tuple[UUID, int, Sequence[JSON]]]) -> None:
    """Adds events of jobs, those of each numbered from a first one on."""
    _run(_events_statement(sql.postgresql()), rows_of_events(of_jobs))


def rows_of_events(of_jobs: Sequence[tuple[UUID, int, Sequence[JSON]]]) -> list[list[JSON]]:
    """What the statements that add events are given."""
    as_json = _as_it_is if sql.postgresql() else sql.to_json
    rows: list[list[JSON]] = []
    for job_id, first, events in of_jobs:
        job = sql.uuid_text(job_id)
        rows += [[job, last, as_json(data)] for last, data in event_rows.in_rows(events, first=first)]
    return rows


def _run(statement: str, rows: list[list[JSON]]) -> None:
    if not rows:
        return
    if sql.postgresql():
        sql.hot(statement, [sql.to_json(rows)])
    else:
        sql.hot_many(statement, rows)


def _as_it_is(value: JSON) -> JSON:
    return value


@cache
def _steps_statement(postgresql: bool, first: bool) -> str:
    return _insert("jobs_steprun", STEPS, postgresql=postgresql) + ("" if first else NEWEST)


@cache
def _events_statement(postgresql: bool) -> str:
    return _insert("jobs_jobevent", EVENTS, postgresql=postgresql)


def _insert(table: str, columns: dict[str, str], *, postgresql: bool) -> str:
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    if not postgresql:
        return f"{into} VALUES ({', '.join(['%s'] * len(columns))})"
    # The condition keeps ON CONFLICT from being read as that of a join.
    return f"{into} {given_rows(columns)} WHERE TRUE"


def given_rows(columns: dict[str, str]) -> str:
    """SQL for PostgreSQL: the rows of one value, a JSON text of lists. The columns are given with their types."""
    values = (f"{_from_json(index, kind)} AS {name}" for index, (name, kind) in enumerate(columns.items()))
    return f"SELECT {', '.join(values)} FROM jsonb_array_elements(%s) AS r"


def _from_json(index: int, kind: str) -> str:
    return f"NULLIF(r -> {index}, 'null')" if kind == "jsonb" else f"CAST(r ->> {index} AS {kind})"

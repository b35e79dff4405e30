"""The jobs of a workflow or an organisation that have not ended, found without going through those that have.

A database uses an index of some rows only if the index's own condition stands in the query, with its values written
out. SQLite must be told which one besides: it takes any other for as good.
"""

from __future__ import annotations

from functools import cache
from typing import Literal
from uuid import UUID

from backend.jobs import sql

Of = Literal["workflow_id", "organization_id"]

# What has a place, and what waits for one: conditions, each with SQLite's index of just these rows.
_PLACED = {
    "status IN ('QUEUED', 'WAITING')": "job_due",
    "status = 'RUNNING'": "job_leased",
    "status = 'PAUSED'": "job_paused",
}
_LIVE = {**_PLACED, "status = 'PENDING'": "job_in_line"}


def is_full(of: Of, id_: UUID, *, most: int) -> bool:
    """Whether so many jobs have a place, children and tests of single steps aside."""
    return len(sql.rows(f"{_select(of, placed=True)} LIMIT {int(most)}", _ids(id_, _PLACED))) == most


def not_cancelled(workflow: UUID) -> list[UUID]:
    """The live jobs of a workflow that nobody has cancelled, children and tests of single steps aside; oldest first."""
    query = f"SELECT id FROM ({_select('workflow_id', placed=False)}) AS live WHERE cancel_requested_at IS NULL"  # noqa: S608
    return sorted(sql.as_uuid(id_) for (id_,) in sql.rows(query, _ids(workflow, _LIVE)))


def _ids(id_: UUID, kinds: dict[str, str]) -> list[UUID | str]:
    return [sql.to_uuid(id_)] * len(kinds)


@cache
def _select(of: Of, *, placed: bool) -> str:
    parts = (
        f"SELECT id, cancel_requested_at FROM jobs_job {'' if sql.postgresql() else f'INDEXED BY {index}'}"  # noqa: S608
        f" WHERE {condition} AND {of} = %s AND parent_id IS NULL AND NOT is_test"
        for condition, index in (_PLACED if placed else _LIVE).items()
    )
    return " UNION ALL ".join(parts)

"""Writes deliveries, in raw SQL: the statement itself sees which endpoints there still are.

Workers remember endpoints for a moment, so that they may know one that has just been deleted or switched off. To name
it in a plain insert would fail the transaction, and with it the job that it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.jobs import bulk, sql


@dataclass(frozen=True, slots=True)
class Letter:
    """An event for one endpoint."""

    endpoint: UUID
    kind: str
    payload: JSON


_GIVEN = {"letter": "uuid", "kind": "text", "content": "jsonb", "addressee": "uuid"}
_COLUMNS = "id, type, payload, endpoint_id, status, attempts, error, created_at, next_at"


def insert(letters: Sequence[Letter]) -> None:
    """Adds what is to be sent; nothing for endpoints that are deleted, or are not active any more."""
    rows = [_row(letter) for letter in letters]
    if not rows:
        return
    if sql.postgresql():
        sql.hot(_for_postgresql(), [sql.to_json(rows)])
    else:
        sql.hot_many(_for_sqlite(), rows)


def _row(letter: Letter) -> list[JSON]:
    payload = letter.payload if sql.postgresql() else sql.to_json(letter.payload)
    return [sql.uuid_text(uuid7()), letter.kind, payload, sql.uuid_text(letter.endpoint)]


@cache
def _for_postgresql() -> str:
    # The lock keeps the endpoint until the end of the transaction, when foreign keys are checked. An endpoint that is
    # being deleted just now is locked, and passed over: no job waits for that.
    return (
        f"INSERT INTO outgoing_eventdelivery ({_COLUMNS})"  # noqa: S608 nothing in it is anybody's input
        " SELECT letter, kind, content, id, 'pending', 0, '', statement_timestamp(), statement_timestamp()"
        f" FROM ({bulk.given_rows(_GIVEN)}) AS letters JOIN outgoing_eventendpoint AS endpoint ON id = addressee"
        " WHERE is_active FOR KEY SHARE OF endpoint SKIP LOCKED"
    )


@cache
def _for_sqlite() -> str:
    # Who writes is alone, so that no endpoint goes before the end of the transaction. The clock is written as Django
    # does it, who compares it with its own when it looks for what is due.
    now = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
    return (
        f"INSERT INTO outgoing_eventdelivery ({_COLUMNS})"  # noqa: S608 nothing in it is anybody's input
        f" SELECT %s, %s, %s, id, 'pending', 0, '', {now}, {now} FROM outgoing_eventendpoint"
        " WHERE id = %s AND is_active"
    )

"""What the raw statements of the store share: two dialects, values as their columns want them, running."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import psycopg
import pydantic_core
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from backend.common.json import JSON
from backend.common.sqlite import together

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@cache
def postgresql() -> bool:
    """Whether this is PostgreSQL, else SQLite."""
    return connection.vendor == "postgresql"


def now(*, plus: str = "") -> str:
    """SQL for the database's clock; `plus` is SQL for a number of seconds, such as a placeholder."""
    if postgresql():
        return f"(clock_timestamp() + ({plus}) * interval '1 second')" if plus else "clock_timestamp()"
    moved = f", ({plus}) || ' seconds'" if plus else ""
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now'{moved})"


def later(column: str, seconds: str) -> str:
    """SQL for a moment some seconds after that of a column, to be ordered by."""
    if postgresql():
        return f"{column} + ({seconds}) * interval '1 second'"
    return f"julianday({column}) + ({seconds}) / 86400.0"


def to_uuid(value: UUID) -> UUID | str:
    """An id as its column holds it."""
    return value if postgresql() else value.hex


def uuid_text(value: UUID) -> str:
    """An id as its column reads as text."""
    return str(value) if postgresql() else value.hex


def to_json(value: JSON) -> str | None:
    """A value as its JSON column holds it; None is SQL's null."""
    if value is None:
        return None
    try:
        data = pydantic_core.to_json(value)  # a fifth of what Python's own encoder takes, of which a job has dozens
    except ValueError:  # half of a surrogate pair, or hundreds of levels
        return clean(_encode(_cleaned(value)))
    return data.decode() if b"\\u0000" not in data else clean(_encode(_cleaned(value)))


def from_json(value: JSON) -> JSON:
    """A value as it was before it was stored: raw cursors give JSON columns as text."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def to_time(moment: datetime | None) -> datetime | str | None:
    """A moment as its column holds it."""
    if moment is None or postgresql():
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _cleaned(value: JSON) -> JSON:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value


def clean(text: str) -> str:
    """Text that every database stores: PostgreSQL refuses NUL, and lone surrogates are not UTF-8."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def as_uuid(value: UUID | str) -> UUID:
    """An id as it was before it was stored."""
    return value if isinstance(value, UUID) else UUID(value)


# --- running ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement:
    """An insert without an answer, and its values."""

    sql: str
    values: Sequence[JSON]


def insert_together(first: Statement, then: Statement | None, *, may_collide: bool) -> None:
    """Inserts both or neither; raises IntegrityError, after which a transaction that goes on is as it was before.

    Without a transaction around it that is one statement on PostgreSQL, three messages less to the server; on SQLite
    what other threads insert at the same time goes with it.
    """
    database = _ready()
    if database.in_atomic_block or _is_watched(database):
        with transaction.atomic(savepoint=may_collide):  # two messages more, so only where a collision is expected
            hot(first.sql, first.values)
            if then is not None:
                hot(then.sql, then.values)
    elif not postgresql():
        with database.wrap_database_errors:
            together.write([(_with_question_marks(one.sql), one.values) for one in (first, then) if one is not None])
    elif then is None:
        hot(first.sql, first.values)
    else:
        hot(f"WITH first AS ({first.sql}) {then.sql}", [*first.values, *then.values])


@contextmanager
def unhurried() -> Iterator[None]:
    """A transaction that waits for no disk on SQLite: only a failure of the power takes it back, and all after it.

    For what is simply done again then. What is written later, and waits for the disk, is there no sooner than this.
    """
    database: Any = connection  # the stubs know nothing of our own engine
    # SQLite cannot change its mind in the middle of a transaction.
    patient = postgresql() or database.in_atomic_block
    with nullcontext() if patient else database.unhurried(), transaction.atomic():
        yield


def run(sql: str, values: Sequence[JSON]) -> int:
    """Runs a statement; answers how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def rows(sql: str, values: Sequence[JSON]) -> list[tuple[JSON, ...]]:
    """The rows that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def hot(sql: str, values: Sequence[JSON]) -> list[tuple[JSON, ...]]:
    """The rows of a statement that every job needs: it goes to the driver itself, and PostgreSQL plans it once.

    Its text must be one of a few, and PostgreSQL must be able to tell the types of all values.
    """
    database = _ready()
    if _is_watched(database):
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []
    with database.wrap_database_errors:
        if not postgresql():
            return list(database.connection.execute(_with_question_marks(sql), values))
        with psycopg.Cursor(database.connection) as cursor:
            cursor.execute(sql.encode(), values, prepare=_prepares())
            # Not `description`, which makes an object of each of the forty columns of a job.
            return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


def hot_many(sql: str, values: Sequence[Sequence[JSON]]) -> None:
    """Runs a statement for each of some rows of values."""
    database = _ready()
    with database.wrap_database_errors:
        if postgresql() or _is_watched(database):
            with database.cursor() as cursor:
                cursor.executemany(sql, values)
        else:
            database.connection.executemany(_with_question_marks(sql), values)


def _ready() -> Any:
    """Django's connection of this thread, as it would make it ready for a cursor of its own."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    database.validate_no_broken_transaction()
    return database


def _is_watched(database: Any) -> bool:
    """Whether somebody wants to see every statement, as tests and debuggers do."""
    return bool(database.execute_wrappers or database.queries_logged)


_PLACE = re.compile(r"(?<!%)%s")


@lru_cache(maxsize=512)
def _with_question_marks(sql: str) -> str:
    """As SQLite's driver writes the places of values."""
    return _PLACE.sub("?", sql).replace("%%", "%")


@cache
def _prepares() -> bool:
    """Whether statements may be prepared: not with a pooler that gives each transaction another connection."""
    return bool(settings.DATABASES[DEFAULT_DB_ALIAS].get("PREPARE", True))

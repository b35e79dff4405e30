"""What the raw statements of the store share: two dialects, values as their columns want them, running."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from backend.common.json import JSON

# Made once: `json.dumps` with options makes an encoder for every value, and a job has dozens.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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


def to_json(value: JSON) -> str | None:
    """A value as its JSON column holds it; None is SQL's null."""
    if value is None:
        return None
    text = _encode(value)
    if "\\u0000" in text:
        text = _encode(_cleaned(value))
    return clean(text)


def from_json(value: JSON) -> JSON:
    """A value as it was before it was stored: raw cursors give JSON columns as text."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def to_time(moment: datetime | None) -> datetime | str | None:
    """A moment as its column holds it."""
    if moment is None or postgresql():
        return moment
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


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


def run(sql: str, values: Sequence[JSON]) -> int:
    """Runs a statement; answers how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def exists(sql: str, values: Sequence[JSON] = ()) -> bool:
    """Whether a query for at most one row finds it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() is not None


def rows(sql: str, values: Sequence[JSON]) -> list[tuple[JSON, ...]]:
    """The rows that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())

"""SQLite: a file of the workers' machine."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import Field

from backend.catalog.steps import StepFailed
from backend.common.own_database import databases_folder, is_own_file
from workers.connectors.databases import _shape
from workers.connectors.databases._base import Database, DatabaseConfig, Retry
from workers.connectors.databases._pools import POOL_OPTIONS

if TYPE_CHECKING:
    from sqlalchemy import Engine

_STEPS = 1_000  # of SQLite's machine between two looks at the clock
_BUSY_SECONDS = 10.0
_READ_PRAGMAS = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
    | {"foreign_keys", "user_version", "application_id", "database_list", "encoding", "page_count", "page_size"}
    | {"integrity_check", "quick_check", "collation_list", "compile_options", "function_list"}
    | {"foreign_key_check", "schema_version", "journal_mode"}
    | {"read_uncommitted"}  # SQLAlchemy asks for it
)


class SqliteConfig(DatabaseConfig):
    """The form of a SQLite database."""

    path: str = Field(
        min_length=1,
        max_length=1_000,
        title="File",
        description="Of the workers' machine; a relative path is below STEPGRAPH_HOME/databases.",
        examples=["sales.db", "/data/sales.db"],
    )


class Sqlite(Database[SqliteConfig], type="sqlite"):
    """A SQLite file. NOW() gives the time in UTC; other files cannot be attached."""

    label = "SQLite"
    icon = "file-database"
    Config = SqliteConfig
    style = "qmark"

    def make_engine(self) -> Engine:
        """Few connections: only one can write at a time."""
        from sqlalchemy import create_engine
        from sqlalchemy.pool import QueuePool

        return create_engine("sqlite://", creator=self._connect, poolclass=QueuePool, **POOL_OPTIONS)

    def _connect(self) -> _Connection:
        path = Path(self.config.path).expanduser()
        path = path if path.is_absolute() else databases_folder() / path
        if is_own_file(path):
            raise StepFailed(
                "This file belongs to Stepgraph itself: no connector may use it.",
                error_type="validation",
                hint="Use another file.",
            )
        if path.is_relative_to(databases_folder()):
            path.parent.mkdir(parents=True, exist_ok=True)
        mode = "ro" if self.config.read_only else "rwc"
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=_BUSY_SECONDS,
            check_same_thread=False,
            isolation_level=None,  # `begin` begins
            factory=_Connection,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.create_function("NOW", 0, _now, deterministic=False)
        connection.set_authorizer(_authorizer)
        return connection

    def begin(self, connection: Any, seconds: float) -> None:
        """The limit is kept by SQLite's progress handler, which looks at the clock while a statement runs."""
        connection.deadline = time.monotonic() + seconds
        connection.interrupted = False
        connection.set_progress_handler(connection.is_over, _STEPS)
        connection.execute("BEGIN")

    def interrupt(self, connection: Any) -> None:
        """The progress handler sees it."""
        connection.interrupted = True
        connection.interrupt()

    def json_columns(self, connection: Any, text: str) -> frozenset[str]:
        """Those that every named table which has them declares as JSON."""
        kinds: dict[str, set[str]] = {}
        for name in {token.text.strip('"`') for token in _shape.Words(text).tokens if token.kind in {"word", "quoted"}}:
            for column, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", (name,)):
                kinds.setdefault(column, set()).add(str(kind).upper())
        return frozenset(name for name, found in kinds.items() if found and found <= {"JSON", "JSONB"})

    def explained(self, error: Exception) -> tuple[str, Retry]:
        """By SQLite's own names of its errors."""
        name = getattr(error, "sqlite_errorname", "")
        text = str(error)
        match name.split("_")[1] if name.startswith("SQLITE_") else "":
            case "INTERRUPT":
                return text, "timeout"
            case "BUSY" | "LOCKED":
                return f"the file is busy: {text}", "conflict"
            case "READONLY":
                return "the connector is read-only", ""
            case "AUTH":
                return "this statement is not allowed: it would reach other files or settings", ""
            case "CANTOPEN":
                return f"the file {self.config.path} cannot be opened", ""
        return text, ""


class _Connection(sqlite3.Connection):
    """Knows until when it may run."""

    deadline: float = 0.0
    interrupted: bool = False

    def is_over(self) -> bool:
        return self.interrupted or time.monotonic() > self.deadline


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _authorizer(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """Keeps statements inside the one file."""
    if action in {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}:
        return sqlite3.SQLITE_DENY
    pragma = (first or "").lower()
    if action == sqlite3.SQLITE_PRAGMA and pragma not in _READ_PRAGMAS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and second is not None and pragma in {"journal_mode", "page_size"}:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in {"load_extension", "fts3_tokenizer"}:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK

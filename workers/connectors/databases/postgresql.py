"""PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import tuple_row
from pydantic import Field

from backend.common.egress import EgressError
from backend.common.json import JSON
from workers.connectors.databases import _shape
from workers.connectors.databases._base import Retry
from workers.connectors.databases._pools import POOL_OPTIONS
from workers.connectors.databases._servers import CONNECT_SECONDS, ServerConfig, ServerDatabase

if TYPE_CHECKING:
    from sqlalchemy import Engine

_OPTIONS = frozenset({"sslmode", "application_name", "channel_binding", "target_session_attrs", "search_path"})


class PostgresqlConfig(ServerConfig):
    """The form of a PostgreSQL database."""

    port: int = Field(default=5432, ge=1, le=65_535, title="Port")


class Postgresql(ServerDatabase, type="postgresql"):
    """A PostgreSQL database. Options: sslmode, application_name, channel_binding, target_session_attrs, search_path."""

    label = "PostgreSQL"
    icon = "database"
    Config = PostgresqlConfig
    style = "format"
    own_kind = "postgresql"
    known_options = _OPTIONS

    def make_engine(self) -> Engine:
        """Connections go to judged addresses only."""
        from sqlalchemy import create_engine

        return create_engine("postgresql+psycopg://", creator=self._connect, **POOL_OPTIONS)

    def _connect(self) -> psycopg.Connection[Any]:
        config, options = self.config, self.options()
        path = options.pop("search_path", None)
        given: dict[str, Any] = {name: str(value) for name, value in options.items()}
        return psycopg.connect(
            host=config.host,
            hostaddr=",".join(self.addresses()[:1]),
            port=config.port,
            dbname=config.database,
            user=config.user,
            password=config.plain_password,
            connect_timeout=CONNECT_SECONDS,
            options=f"-c search_path={path}" if path else None,
            row_factory=tuple_row,
            autocommit=True,  # `begin` begins
            prepare_threshold=None,
            **given,
        )

    def begin(self, connection: psycopg.Connection[Any], seconds: float) -> None:
        """The limit holds for this transaction alone; a read-only one cannot be made writable after its snapshot."""
        connection.execute(f"SET statement_timeout = {max(int(seconds * 1000), 1)}")
        connection.execute("BEGIN READ ONLY" if self.config.read_only else "BEGIN")
        connection.execute("SELECT 1")

    def cursor(self, connection: psycopg.Connection[Any], text: str, *, only_reads: bool) -> Any:
        """What only reads is fetched row by row from the server."""
        return connection.cursor("stepgraph") if _is_query(text) else connection.cursor()

    def executed(self, cursor: Any, text: str, values: Sequence[JSON]) -> None:
        """Without parameters too by the protocol that takes one statement only."""
        if isinstance(cursor, psycopg.ServerCursor):
            cursor.execute(text, tuple(values) or None)
        else:
            cursor.execute(text, tuple(values) or None, prepare=self.config.read_only or None)

    def interrupt(self, connection: psycopg.Connection[Any]) -> None:
        """Asks the server to end it."""
        connection.cancel_safe(timeout=5)

    def json_columns(self, connection: Any, text: str) -> frozenset[str]:
        """The driver has parsed them already."""
        return frozenset()

    def explained(self, error: Exception) -> tuple[str, Retry]:
        """By the server's own error classes."""
        match error:
            case EgressError():
                return error.message, ""
            case psycopg.errors.QueryCanceled():
                return "", "timeout"
            case psycopg.errors.SerializationFailure() | psycopg.errors.DeadlockDetected():
                return _said(error), "conflict"
            case psycopg.errors.InvalidPassword() | psycopg.errors.InvalidAuthorizationSpecification():
                return "the user or the password is refused", ""
            case psycopg.OperationalError() if error.sqlstate is None or error.sqlstate[:2] in {"08", "53", "57"}:
                return _connection_problem(error), "" if "password" in str(error) else "network"
        return _said(error), ""


def _is_query(text: str) -> bool:
    return _shape.is_read(text) and _shape.first_word(text) in {"SELECT", "VALUES", "WITH", "TABLE"}


def _said(error: Exception) -> str:
    if not isinstance(error, psycopg.Error):
        return str(error)
    parts = [error.diag.message_primary or str(error).strip(), error.diag.message_detail, error.diag.message_hint]
    return ". ".join(part.rstrip(".") for part in parts if part)


def _connection_problem(error: Exception) -> str:
    return " ".join(str(error).split())[:300]

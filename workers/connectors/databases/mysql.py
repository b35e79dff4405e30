"""MySQL and MariaDB."""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pymysql
from pydantic import Field
from pymysql.constants import CR, ER
from pymysql.cursors import Cursor, SSCursor

from backend.common.egress import EgressError
from workers.connectors.databases import _shape
from workers.connectors.databases._base import Retry
from workers.connectors.databases._pools import POOL_OPTIONS
from workers.connectors.databases._servers import CONNECT_SECONDS, ServerConfig, ServerDatabase

if TYPE_CHECKING:
    from sqlalchemy import Engine

_TIMED_OUT = frozenset({1969, 3024, 1317})  # MariaDB's limit, MySQL's limit, killed
_CONFLICTS = frozenset({ER.LOCK_DEADLOCK, ER.LOCK_WAIT_TIMEOUT})
_LOST = frozenset({CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST, CR.CR_CONN_HOST_ERROR, CR.CR_CONNECTION_ERROR, 1040})
_JSON_COLUMNS = (
    "SELECT LOWER(c.column_name) FROM information_schema.columns c WHERE c.table_schema = DATABASE()"
    " AND LOWER(c.table_name) IN ({marks}) AND c.data_type = 'json'"
)
_JSON_CHECKS = (
    "SELECT LOWER(c.check_clause) FROM information_schema.check_constraints c"
    " WHERE c.constraint_schema = DATABASE() AND LOWER(c.table_name) IN ({marks})"
    " AND LOWER(c.check_clause) LIKE 'json_valid(%%'"
)


class MysqlConfig(ServerConfig):
    """The form of a MySQL or MariaDB database."""

    port: int = Field(default=3306, ge=1, le=65_535, title="Port")


class Mysql(ServerDatabase, type="mysql"):
    """A MySQL or MariaDB database. Options: charset, ssl (true: encrypted, and the certificate is checked)."""

    label = "MySQL and MariaDB"
    icon = "brand-mysql"
    Config = MysqlConfig
    style = "format"
    own_kind = "mysql"
    known_options = frozenset({"charset", "ssl"})

    def make_engine(self) -> Engine:
        """Connections go to judged addresses only."""
        from sqlalchemy import create_engine

        return create_engine("mysql+pymysql://", creator=self._connect, **POOL_OPTIONS)

    def _connect(self) -> pymysql.Connection[Any]:
        config, options = self.config, self.options()
        address = self.addresses()[0]
        connection: pymysql.Connection[Any] = pymysql.connect(
            host=config.host,
            port=config.port,
            database=config.database,
            user=config.user,
            password=config.plain_password,
            charset=str(options.get("charset", "utf8mb4")),
            ssl=ssl.create_default_context() if options.get("ssl") in {True, "true", "required"} else None,
            connect_timeout=CONNECT_SECONDS,
            autocommit=False,
            local_infile=False,  # a server could ask for any file of this machine
            defer_connect=True,
        )
        connection.connect(socket.create_connection((address, config.port), CONNECT_SECONDS))
        return connection

    def begin(self, connection: pymysql.Connection[Any], seconds: float) -> None:
        """Read-only holds for the session, so that a statement that ends the transaction gains nothing."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION TRANSACTION {'READ ONLY' if self.config.read_only else 'READ WRITE'}")
            if _is_mariadb(connection):
                cursor.execute(f"SET SESSION max_statement_time = {seconds:.3f}")
            else:
                cursor.execute(f"SET SESSION max_execution_time = {max(int(seconds * 1000), 1)}")
            cursor.execute("START TRANSACTION READ ONLY" if self.config.read_only else "START TRANSACTION")

    leaves_rows = True

    def cursor(self, connection: pymysql.Connection[Any], text: str, *, only_reads: bool) -> Any:
        """A step that only reads fetches row by row; what is left is thrown away with the connection."""
        return _OneByOne(connection) if only_reads else Cursor(connection)

    def interrupt(self, connection: pymysql.Connection[Any]) -> None:
        """By another connection, as the protocol has no other way."""
        server: Any = connection
        thread = server.server_thread_id[0]
        with (
            contextlib.suppress(pymysql.Error, OSError, EgressError),
            self._connect() as other,
            other.cursor() as cursor,
        ):
            cursor.execute(f"KILL QUERY {int(thread)}")

    def json_columns(self, connection: pymysql.Connection[Any], text: str) -> frozenset[str]:
        """MySQL has a type of its own for JSON, MariaDB a check on a text column."""
        names = sorted(
            {token.text.lower().strip("`") for token in _shape.Words(text).tokens if token.kind in {"word", "quoted"}}
        )
        if not names:
            return frozenset()
        marks = ", ".join(["%s"] * len(names))
        is_maria = _is_mariadb(connection)
        with connection.cursor() as cursor:
            cursor.execute((_JSON_CHECKS if is_maria else _JSON_COLUMNS).format(marks=marks), names)
            found = [str(row[0]) for row in cursor.fetchall()]
        return frozenset(one.removeprefix("json_valid(").rstrip(")").strip("`") for one in found)

    def explained(self, error: Exception) -> tuple[str, Retry]:
        """By the numbers of the server and the client."""
        if isinstance(error, EgressError):
            return error.message, ""
        if isinstance(error, OSError) and not isinstance(error, pymysql.Error):
            return f"the connection failed: {error}", "network"
        number = error.args[0] if isinstance(error, pymysql.Error) and error.args else 0
        text = str(error.args[1]) if len(error.args) > 1 else str(error)
        if number in _TIMED_OUT:
            return text, "timeout"
        if number in _CONFLICTS:
            return text, "conflict"
        if number in _LOST:
            return text, "network"
        if number == ER.ACCESS_DENIED_ERROR:
            return "the user or the password is refused", ""
        return text, ""


def _is_mariadb(connection: pymysql.Connection[Any]) -> bool:
    server: Any = connection
    return "MariaDB" in str(server.server_version)


class _OneByOne(SSCursor):
    """Leaves unread rows where they are: to read millions of them only to throw them away helps nobody."""

    connection: Any
    _result: Any

    def close(self) -> None:
        """Without the rest of the rows."""
        connection = self.connection
        if connection is not None and self._result is not None and self._result.unbuffered_active:
            self._result.unbuffered_active = False
            self._result.connection = None
            connection._force_close()  # noqa: SLF001 the driver has no other way to leave a result
            self.connection = None
            return
        super().close()

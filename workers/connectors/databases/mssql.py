"""Microsoft SQL Server. Needs the extra `mssql` (pymssql)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from backend.catalog.steps import StepFailed
from backend.common.egress import EgressError
from workers.connectors.databases._base import Retry
from workers.connectors.databases._pools import POOL_OPTIONS
from workers.connectors.databases._servers import CONNECT_SECONDS, ServerConfig, ServerDatabase

if TYPE_CHECKING:
    from sqlalchemy import Engine

_DEADLOCK, _LOGIN = 1205, 18456


class MssqlConfig(ServerConfig):
    """The form of a SQL Server database."""

    port: int = Field(default=1433, ge=1, le=65_535, title="Port")

    @field_validator("read_only")
    @classmethod
    def _by_a_login(cls, value: bool) -> bool:
        if value:
            raise ValueError("SQL Server has no read-only sessions: use a login that is in db_datareader alone")
        return value


class Mssql(ServerDatabase, type="mssql"):
    """A Microsoft SQL Server database. Options: tds_version, encryption, appname."""

    label = "SQL Server"
    icon = "brand-windows"
    Config = MssqlConfig
    style = "format"
    known_options = frozenset({"tds_version", "encryption", "appname"})

    def make_engine(self) -> Engine:
        """Connections go to judged addresses only."""
        from sqlalchemy import create_engine

        return create_engine("mssql+pymssql://", creator=self._connect, **POOL_OPTIONS)

    def _connect(self) -> Any:
        try:
            import pymssql
        except ImportError as error:
            raise StepFailed(
                "The driver for SQL Server is not installed.",
                error_type="connector",
                hint="An administrator can install it: pip install 'stepgraph[mssql]'.",
            ) from error
        config = self.config
        options: dict[str, Any] = self.options()
        return pymssql.connect(
            server=self.addresses()[0],
            port=str(config.port),
            database=config.database,
            user=config.user,
            password=config.plain_password,
            login_timeout=CONNECT_SECONDS,
            timeout=int(config.timeout or 0),
            autocommit=False,
            **options,
        )

    def begin(self, connection: Any, seconds: float) -> None:
        """The driver begins with the first statement; a lock is not waited for longer than the step may take."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCK_TIMEOUT {max(int(seconds * 1000), 1)}")

    def interrupt(self, connection: Any) -> None:
        """The protocol's own signal."""
        connection._conn.cancel()  # noqa: SLF001 the driver offers it nowhere else

    def json_columns(self, connection: Any, text: str) -> frozenset[str]:
        """SQL Server keeps JSON as text and does not say where."""
        return frozenset()

    def explained(self, error: Exception) -> tuple[str, Retry]:
        """By the server's numbers."""
        if isinstance(error, EgressError):
            return error.message, ""
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        raw = error.args[1] if len(error.args) > 1 else str(error)
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        if number == _DEADLOCK:
            return text, "conflict"
        if number == _LOGIN:
            return "the user or the password is refused", ""
        return text[:500], "network" if type(error).__name__ == "OperationalError" else ""

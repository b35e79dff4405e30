"""What every database connector shares: the pool, one transaction for a step, limits, and values as JSON."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig, ConnectorType, TestResult
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressError
from backend.common.json import JSON
from backend.expressions.statement import Statement, Style
from workers.connectors.databases import _pools, _shape
from workers.connectors.databases._values import as_json, parsed
from workers.connectors.databases._watch import Watch

if TYPE_CHECKING:
    from sqlalchemy import Engine

DEFAULT_SECONDS = 30.0
MAX_BYTES = 16_000_000  # of one result, roughly

Retry = Literal["", "network", "conflict", "timeout"]


class DatabaseConfig(ConnectorConfig):
    """What all databases have."""

    read_only: bool = Field(
        default=False, title="Read only", description="The database itself refuses every change through this connector."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be run, and its limits. `statements` are one transaction."""

    statements: Sequence[Statement]
    max_rows: int = 1_000
    seconds: float = DEFAULT_SECONDS
    cancelled: Callable[[], bool] = field(default=lambda: False)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the last statement gave: rows if it has columns, else how many rows it changed."""

    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, JSON], ...] = ()
    affected: int = 0
    more: bool = False  # there were more rows than were wanted

    @property
    def has_rows(self) -> bool:
        """Whether the statement gives rows at all."""
        return bool(self.columns)


C = TypeVar("C", bound=DatabaseConfig)


class Database(ConnectorType[C], Generic[C], family="database"):
    """One database. Subclasses know their driver."""

    style: ClassVar[Style]

    # --- what subclasses say ----------------------------------------------------------------------------------------

    @abstractmethod
    def make_engine(self) -> Engine:
        """The pool of this database's connections."""

    @abstractmethod
    def begin(self, connection: Any, seconds: float) -> None:
        """Starts a transaction with the time limit, read-only where the connector says so."""

    @abstractmethod
    def interrupt(self, connection: Any) -> None:
        """Ends what runs on a connection, from another thread."""

    @abstractmethod
    def explained(self, error: Exception) -> tuple[str, Retry]:
        """A driver's error in words, and whether trying again may help."""

    @abstractmethod
    def json_columns(self, connection: Any, text: str) -> frozenset[str]:
        """The columns whose text is JSON, where the driver does not tell."""

    leaves_rows: ClassVar[bool] = False  # whether a connection cannot go on when rows of it were left unread

    def cursor(self, connection: Any, text: str, *, only_reads: bool) -> Any:
        """A cursor that does not fetch more than it is asked for, where there is such a thing."""
        return connection.cursor()

    def executed(self, cursor: Any, text: str, values: Sequence[JSON]) -> None:
        """Runs one statement."""
        if values:
            cursor.execute(text, tuple(values))
        else:
            cursor.execute(text)

    # --- what steps call --------------------------------------------------------------------------------------------

    def run(self, asked: Asked) -> Answered:
        """Runs the statements in one transaction and commits it. Raises StepFailed, with nothing changed."""
        statements = [one for whole in asked.statements for one in _shape.split(whole)]
        if not statements:
            raise StepFailed("There is no statement to run.", error_type="validation")
        texts = [one.text("qmark") for one in statements]
        for text in texts:
            self._refuse(text)
        with self._connected() as connection, self._watched(connection, asked) as watch, self._explained(watch):
            driver = connection.driver_connection
            self.begin(driver, asked.seconds)
            answered = Answered()
            only_reads = all(map(_shape.is_read, texts))
            for one in statements:
                answered = self._one(driver, one, max_rows=asked.max_rows, only_reads=only_reads)
            if answered.more and only_reads and self.leaves_rows:
                connection.invalidate()
                return answered
            driver.commit()
            if any(map(_shape.changes_session, texts)):
                connection.invalidate()  # what it has set is not for the next step
            return answered

    def tables(self) -> list[dict[str, JSON]]:
        """Tables and views with their columns, for people to look through. Raises StepFailed."""
        from sqlalchemy import inspect
        from sqlalchemy.exc import SQLAlchemyError

        try:
            inspector = inspect(self._engine())
            return [_table(inspector, name, kind) for name, kind in _names(inspector)]
        except SQLAlchemyError as error:
            raise self._failure(getattr(error, "orig", None) or error, None) from error
        except (EgressError, OSError) as error:
            raise self._failure(error, None) from error

    def test(self) -> TestResult:
        """Connects, and asks for one value."""
        try:
            self.run(Asked([Statement(("SELECT 1",))], seconds=10.0))
        except StepFailed as failure:
            return TestResult(False, failure.message, hint=failure.hint)
        return TestResult(True, "The database answers.")

    # --- inside -----------------------------------------------------------------------------------------------------

    def _refuse(self, text: str) -> None:
        if _shape.controls_transaction(text):
            raise StepFailed(
                "A database step is one transaction by itself: it is committed at its end and undone if it fails.",
                error_type="validation",
                hint="Leave out BEGIN, COMMIT and ROLLBACK; separate statements by semicolons.",
            )
        if self.config.read_only and _shape.changes_session(text):
            raise StepFailed("The connector is read-only: it takes no settings.", error_type="read_only")

    def _engine(self) -> Engine:
        return _pools.engine_for(self)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            connection = self._engine().raw_connection()
        except SQLAlchemyError as error:
            raise self._failure(getattr(error, "orig", None) or error, None) from error
        except Exception as error:
            raise self._failure(error, None) from error
        try:
            yield connection
        except BaseException:
            connection.invalidate()  # in what state a failed statement left it, nobody knows
            raise
        finally:
            connection.close()

    @contextmanager
    def _watched(self, connection: Any, asked: Asked) -> Iterator[Watch]:
        driver = connection.driver_connection
        with Watch(asked.seconds, cancelled=asked.cancelled, interrupt=lambda: self.interrupt(driver)) as watch:
            yield watch

    @contextmanager
    def _explained(self, watch: Watch) -> Iterator[None]:
        try:
            yield
        except StepFailed:
            raise
        except Exception as error:
            raise self._failure(error, watch) from error

    def _failure(self, error: Exception, watch: Watch | None) -> StepFailed:
        if isinstance(error, StepFailed):
            return error
        if watch is not None and watch.reason == "cancelled":
            return StepFailed("The statement was cancelled.", error_type="cancelled")
        message, retry = self.explained(error)
        if (watch is not None and watch.reason == "timeout") or retry == "timeout":
            return StepFailed(
                "The statement ran longer than its time limit and was ended.", error_type="timeout", retryable=True
            )
        error_type = retry or "database"
        return StepFailed(f"{self.label}: {message}", error_type=error_type, retryable=bool(retry))

    def _one(self, driver: Any, statement: Statement, *, max_rows: int, only_reads: bool) -> Answered:
        text = statement.text(self.style)
        cursor = self.cursor(driver, text, only_reads=only_reads)
        try:
            self.executed(cursor, text, statement.values)
            if cursor.description is None:
                return Answered(affected=max(cursor.rowcount, 0))
            return self._rows(driver, cursor, text, max_rows=max_rows)
        finally:
            cursor.close()

    def _rows(self, driver: Any, cursor: Any, text: str, *, max_rows: int) -> Answered:
        columns = tuple(_unique(str(column[0]) for column in cursor.description))
        rows: list[dict[str, JSON]] = []
        size = 0
        for row in iter(cursor.fetchone, None):
            if len(rows) == max_rows:
                return Answered(columns, self._decoded(driver, rows, text), more=True)
            rows.append(dict(zip(columns, map(as_json, row), strict=True)))
            size += sum(len(value) if isinstance(value, str) else 8 for value in rows[-1].values())
            if size > MAX_BYTES:
                raise StepFailed(
                    f"The rows are larger than {MAX_BYTES:,} characters.",
                    error_type="too_large",
                    hint="Ask for fewer rows or columns, or go over them in pieces.",
                )
        return Answered(columns, self._decoded(driver, rows, text), affected=len(rows))

    def _decoded(self, driver: Any, rows: list[dict[str, JSON]], text: str) -> tuple[Mapping[str, JSON], ...]:
        texts = {
            name
            for row in rows
            for name, value in row.items()
            if isinstance(value, str) and value[:1] in '{["0123456789tfn-'
        }
        if not texts:
            return tuple(rows)
        found = self.json_columns(driver, text) & texts
        return tuple({name: parsed(value) if name in found else value for name, value in row.items()} for row in rows)


def _unique(names: Iterator[str]) -> Iterator[str]:
    """Two columns of the same name would be one: the later ones get a number."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}_{seen[name]}"


def _names(inspector: Any) -> Iterator[tuple[str, str]]:
    yield from ((name, "table") for name in sorted(inspector.get_table_names()))
    yield from ((name, "view") for name in sorted(inspector.get_view_names()))


def _table(inspector: Any, name: str, kind: str) -> dict[str, JSON]:
    keys = set(inspector.get_pk_constraint(name).get("constrained_columns") or ()) if kind == "table" else set()
    columns = [
        {
            "name": column["name"],
            "type": str(column["type"]),
            "nullable": bool(column.get("nullable", True)),
            "primary_key": column["name"] in keys,
        }
        for column in inspector.get_columns(name)
    ]
    return {"name": name, "kind": kind, "columns": columns}

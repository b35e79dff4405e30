"""The engine: a transaction begins when it is its turn, and gives the turn away with its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base

from backend.common.sqlite.turns import Turn


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for the line of writers; databases in memory have none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turn: Turn | None = None
        self._begin = f"BEGIN {self.settings_dict['OPTIONS'].get('transaction_mode', 'DEFERRED')}"

    def _start_transaction_under_autocommit(self) -> None:
        turn = self._turn_of_file()
        if turn is None:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # the stubs leave it out
            return
        turn.take()
        try:
            with self.wrap_database_errors:
                self.connection.execute(self._begin)  # Django's cursors cost more than the statement
        except BaseException:
            turn.give()
            raise

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """Outermost transactions within it do not wait for the disk: they are there with the next one that does.

        Only a failure of the power can take them back, and it ends everybody who has seen them.
        """
        self.ensure_connection()
        connection = self.connection
        connection.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            connection.execute("PRAGMA synchronous=FULL")

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._give()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._give()

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self._turn is not None:
                self._turn.close()

    def _give(self) -> None:
        if self._turn is not None:
            self._turn.give()

    def _turn_of_file(self) -> Turn | None:
        if self._turn is None and not self.is_in_memory_db():
            self._turn = Turn(str(self.settings_dict["NAME"]))
        return self._turn

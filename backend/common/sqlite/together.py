"""Small writes of many threads in one transaction.

A transaction of SQLite's costs the same whether it writes one row or ten, and most of it is waiting for the disk. So
threads that come while another one writes stand in line, and the first of them writes for all. They share a connection:
one that has written last finds its pages where it left them, others read them anew.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from backend.common.sqlite.turns import Turn

Statement = tuple[str, Sequence[Any]]


class _Work:
    """What one thread brings, and what became of it."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.error: BaseException | None = None
        self.is_done = False
        self.news = threading.Lock()  # released when it is done, or first in line
        self.news.acquire()


class Writer:
    """The line of those who write to one file; `open_connection` gives connections in autocommit mode."""

    def __init__(self, path: str, *, open_connection: Callable[[], sqlite3.Connection], max_age: float) -> None:
        self._open, self._max_age = open_connection, max_age
        self._connection: sqlite3.Connection | None = None
        self._opened_at = 0.0
        self._turn = Turn(path)
        self._lock = threading.Lock()
        self._line: list[_Work] = []
        self._is_busy = False

    def write(self, statements: Sequence[Statement]) -> None:
        """Runs all of them or none; returns when they are committed, and raises what SQLite raises."""
        work = _Work(statements)
        with self._lock:
            self._line.append(work)
            waits, self._is_busy = self._is_busy, True
        if waits:
            work.news.acquire()
        if not work.is_done:
            self._write_line()
        if work.error is not None:  # others may raise the same one
            raise type(work.error)(*work.error.args) from work.error

    def _write_line(self) -> None:
        with self._lock:
            works, self._line = self._line, []
        try:
            self._commit(works)
        finally:
            with self._lock:
                heir = self._line[0] if self._line else None
                self._is_busy = heir is not None
            if heir is not None:
                heir.news.release()
            for work in works:
                work.is_done = True
                work.news.release()

    def _commit(self, works: Sequence[_Work]) -> None:
        try:
            with self._transaction() as connection:
                for work in works:
                    for statement in work.statements:
                        connection.execute(*statement)
        except sqlite3.OperationalError as error:  # the database's fault, which all have in common
            self._fail(works, error)
        except BaseException as error:  # noqa: BLE001 each is told of its own
            if len(works) == 1:
                self._fail(works, error)
                return
            for work in works:
                self._commit([work])

    def _fail(self, works: Sequence[_Work], error: BaseException) -> None:
        for work in works:
            work.error = error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._turn.take()
        try:
            connection = self._ready()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
        finally:
            self._turn.give()

    def _ready(self) -> sqlite3.Connection:
        if self._connection is None or time.monotonic() - self._opened_at > self._max_age:
            old, self._connection = self._connection, self._open()
            self._opened_at = time.monotonic()
            if old is not None:
                old.close()  # not before: the last one to go would tidy the file up
        return self._connection


def write(statements: Sequence[Statement]) -> None:
    """Runs all of the statements or none, in a transaction of its own, perhaps with those of other threads."""
    _writer(str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]), os.getpid()).write(statements)


@cache
def _writer(path: str, _process: int) -> Writer:  # a process that was copied from another one has its own
    database: Any = connections[DEFAULT_DB_ALIAS]  # `Any`: the stubs know nothing of its two methods

    def open_connection() -> sqlite3.Connection:
        connection: sqlite3.Connection = database.get_new_connection(database.get_connection_params())
        connection.isolation_level = None
        return connection

    return Writer(path, open_connection=open_connection, max_age=database.settings_dict["CONN_MAX_AGE"])

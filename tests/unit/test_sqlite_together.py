"""Small writes that come while another one writes are committed together, and each is told of its own fault alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from backend.common.sqlite.together import Statement, Writer
from backend.common.sqlite.turns import Turn
from tests.waiting import until

PARENT = "INSERT INTO parent (id) VALUES (?)"
CHILD = "INSERT INTO child (parent) VALUES (?)"


class Database:
    """A file with two tables, its writer, and what the writer's connection was told."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.said: list[str] = []
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(
                "CREATE TABLE parent (id integer PRIMARY KEY);"
                "CREATE TABLE child (parent integer REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);"
            )
        self.writer = Writer(self.path, open_connection=self._open, max_age=60)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=0.05)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.set_trace_callback(self.said.append)
        return connection

    def rows(self, table: str) -> list[int]:
        with closing(sqlite3.connect(self.path)) as connection:
            return sorted(row[0] for row in connection.execute(f"SELECT * FROM {table}"))

    def commits(self) -> int:
        return self.said.count("COMMIT")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "some.db")


def written_together(database: Database, works: Sequence[Sequence[Statement]]) -> list[Future[None]]:
    """All works in threads of their own: the first one writes by itself, for the others come while it waits."""
    holder = Turn(database.path)
    holder.take()
    with ThreadPoolExecutor(len(works)) as pool:
        first = pool.submit(database.writer.write, works[0])
        until(lambda: not database.writer._line and database.writer._is_busy)
        others = [pool.submit(database.writer.write, work) for work in works[1:]]
        until(lambda: len(database.writer._line) == len(others))
        holder.close()
    return [first, *others]


def test_who_comes_meanwhile_shares_a_transaction(database: Database) -> None:
    done = written_together(database, [[(PARENT, [number])] for number in range(6)])

    assert [one.result() for one in done] == [None] * 6
    assert database.rows("parent") == [0, 1, 2, 3, 4, 5]
    assert database.commits() == 2


def test_a_write_is_committed_when_it_returns(database: Database) -> None:
    missed: list[int] = []

    def write(number: int) -> None:
        database.writer.write([(PARENT, [number])])
        missed.extend({number} - set(database.rows("parent")))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert not missed
    assert database.rows("parent") == list(range(20))


def test_one_fault_fails_nobody_else_and_leaves_nothing_of_its_own(database: Database) -> None:
    database.writer.write([(PARENT, [1])])

    first, good, repeated, orphan, unbound, also_good = written_together(database, [
        [(PARENT, [2])],
        [(PARENT, [3]), (CHILD, [3])],
        [(CHILD, [1]), (PARENT, [1])],
        [(PARENT, [4]), (CHILD, [99])],  # found when it is committed
        [(PARENT, [5]), (CHILD, [2**70])],
        [(PARENT, [6])],
    ])  # fmt: skip

    assert [one.exception() for one in (first, good, also_good)] == [None] * 3
    assert isinstance(repeated.exception(), sqlite3.IntegrityError)
    assert isinstance(orphan.exception(), sqlite3.IntegrityError)
    assert isinstance(unbound.exception(), OverflowError)
    assert database.rows("parent") == [1, 2, 3, 6]
    assert database.rows("child") == [3]


def test_when_the_database_is_busy_all_are_told_and_it_goes_on(database: Database) -> None:
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        failed = written_together(database, [[(PARENT, [number])] for number in range(4)])
        other.execute("ROLLBACK")

    database.writer.write([(PARENT, [7])])

    assert all(isinstance(one.exception(), sqlite3.OperationalError) for one in failed)
    assert database.rows("parent") == [7]

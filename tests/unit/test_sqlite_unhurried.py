"""Transactions that need not wait for the disk: those within the block, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS
from django.db.utils import ConnectionHandler

from backend.common import env

_NORMAL, _FULL = 1, 2


@pytest.fixture
def database(tmp_path: Path, django_db_blocker) -> Iterator[Any]:
    """A file of its own, which no test's transaction is around."""
    made = ConnectionHandler({DEFAULT_DB_ALIAS: env.database(f"sqlite:///{tmp_path}/some.db")})[DEFAULT_DB_ALIAS]
    with django_db_blocker.unblock():
        yield made
        made.close()


def synchronous(database: Any) -> int:
    with database.cursor() as cursor:
        return int(cursor.execute("PRAGMA synchronous").fetchone()[0])


def test_only_what_is_within_it_does_not_wait_for_the_disk(database) -> None:
    with database.unhurried():
        within = synchronous(database)

    assert within == _NORMAL
    assert synchronous(database) == _FULL


def test_after_an_error_all_is_as_ever(database) -> None:
    with pytest.raises(RuntimeError), database.unhurried():
        raise RuntimeError

    assert synchronous(database) == _FULL

"""For all tests: a web server to send requests to; and an empty database is cheap to make and cheap to empty again."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate

from tests.http_server import server

__all__ = ["server"]

# Django fills these two tables anew each time a test with real transactions empties the database. Nothing of ours reads
# them (roles and permissions are our own), and it took longer than most such tests.
post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")
post_migrate.disconnect(create_contenttypes)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """PostgreSQL is for the tests that use our database: pytest-django keeps it shut for the others."""
    if os.environ.get("STEPGRAPH_TEST_DATABASE") != "postgres":
        return
    without = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: no collection goes through it again, as in our programs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _emptied(self: DatabaseOperations, _style: Any, tables: Iterable[str], **_options: Any) -> list[str]:
    """The statements that empty these tables. TRUNCATE makes new files for each, which takes a second for ours."""
    deletes = [f"DELETE FROM {self.quote_name(table)}" for table in tables]
    return ["; ".join(["SET session_replication_role = replica", *deletes, "SET session_replication_role = DEFAULT"])]


DatabaseOperations.sql_flush = _emptied  # type: ignore[method-assign] # for tests alone

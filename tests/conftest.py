"""For all tests: a web server to send requests to; and an empty database is cheap to make and cheap to empty again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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


def _emptied(self: DatabaseOperations, _style: Any, tables: Iterable[str], **_options: Any) -> list[str]:
    """The statements that empty these tables. TRUNCATE makes new files for each, which takes a second for ours."""
    deletes = [f"DELETE FROM {self.quote_name(table)}" for table in tables]
    return ["; ".join(["SET session_replication_role = replica", *deletes, "SET session_replication_role = DEFAULT"])]


DatabaseOperations.sql_flush = _emptied  # type: ignore[method-assign] # for tests alone

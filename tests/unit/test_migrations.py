"""A new database takes a shorter way to its tables than an old one: what replaces migrations comes to what they did."""

from __future__ import annotations

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader


class LongWay(MigrationLoader):
    """Of a database that began before the others were replaced."""

    def load_disk(self) -> None:
        super().load_disk()
        self.disk_migrations = {key: found for key, found in self.disk_migrations.items() if not found.replaces}


def test_what_replaces_migrations_makes_the_same_tables(settings: Any) -> None:
    settings.MIGRATION_MODULES = {}  # tests on a database switch them off for the whole process
    short, long = MigrationLoader(None), LongWay(None)

    differences = MigrationAutodetector(long.project_state(), short.project_state()).changes(graph=short.graph)

    assert len(long.graph.nodes) > len(short.graph.nodes)
    assert differences == {}

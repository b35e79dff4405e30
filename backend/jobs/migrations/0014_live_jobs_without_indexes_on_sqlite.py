"""SQLite uses an index of some rows only when the values of its condition stand in the query, which none of ours has."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_NAMES = ("job_live_of_workflow", "job_live_of_owner")


def drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Nobody reads them there, and every change of a job's status wrote to both."""
    if editor.connection.vendor == "sqlite":
        for name in _NAMES:
            editor.execute(f"DROP INDEX IF EXISTS {editor.quote_name(name)}")


def restore(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """As they are on PostgreSQL."""
    if editor.connection.vendor == "sqlite":
        job = apps.get_model("jobs", "Job")
        for index in job._meta.indexes:  # noqa: SLF001 documented
            if index.name in _NAMES:
                editor.add_index(job, index)


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0013_unchecked_rows_of_jobs"),
    ]

    operations = [migrations.RunPython(drop, restore)]

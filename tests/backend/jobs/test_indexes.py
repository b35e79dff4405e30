"""SQLite keeps no index that its queries cannot use: each change of a job would write to it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from backend.jobs import state
from backend.jobs.models import Job

migration = import_module("backend.jobs.migrations.0014_live_jobs_without_indexes_on_sqlite")


def indexes():
    with connection.cursor() as cursor:
        return {name for name in connection.introspection.get_constraints(cursor, "jobs_job") if "live" in name}


@pytest.mark.django_db
def test_sqlite_keeps_no_index_of_live_jobs():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL uses them")
    both, editor = {"job_live_of_workflow", "job_live_of_owner"}, connection.schema_editor()
    plans = [Job.objects.filter(**{owner: "a" * 32}, status__in=sorted(state.LIVE)).explain()
             for owner in ("workflow_id", "organization_id")]  # fmt: skip

    assert not any(name in plan for name in both for plan in plans)
    assert indexes() == both  # the tables of tests are made from the models
    migration.drop(apps, editor)
    assert indexes() == set()
    migration.restore(apps, editor)
    assert indexes() == both

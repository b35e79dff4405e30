"""A job is stored by one raw statement, and the row is what the ORM would have made of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from backend.jobs.inserting import job_insert, job_new
from backend.jobs.models import Job
from backend.workflows.models import Workflow, WorkflowVersion
from tests.backend.factories import make_organization, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> WorkflowVersion:
    definition = {"stepgraph": 1, "name": "Test", "steps": []}
    workflow = Workflow.objects.create(organization=make_organization("acme"), slug="test", definition=definition)
    return WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition)


def made(version: WorkflowVersion, **values: object) -> Job:
    values = {"input": {"name": "Zoë", "nul": "a\0b"}, "triggered_by": "API", **values}
    return Job(organization=version.workflow.organization, workflow=version.workflow, version=version, **values)


def test_a_new_job_is_the_orms(version: WorkflowVersion) -> None:
    facts = {"input": {"a": 1}, "triggered_by": "API", "priority": 0}

    ours, other = (job_new(workflow=version.workflow, version=version, **facts) for _ in range(2))
    theirs = Job(workflow=version.workflow, version=version, organization_id=version.workflow.organization_id, **facts)

    seen = [{**vars(job), "id": None, "_state": job._state.fields_cache} for job in (ours, theirs)]
    assert seen[0] == seen[1]
    assert ours.id != other.id
    assert ours.warnings is not other.warnings


def test_the_row_is_the_orms(version: WorkflowVersion) -> None:
    first = made(version)
    first.due_at = timezone.now()
    first.input = {}
    first.save()
    facts = {
        "created_by": make_user("ana"), "parent": first, "parent_path": "loop[3].child", "depth": 2, "is_test": True,
        "retried_from": first, "start_at": "second", "priority": 0, "wait_reason": "Waits: full.",
        "finished_at": timezone.now(), "cancel_reason": "Skipped: full.", "status": "CANCELLED",
    }  # fmt: skip
    ours, theirs = made(version, idempotency_key="one", **facts), made(version, idempotency_key="two", **facts)
    theirs.input = {"name": "Zoë", "nul": "a\ufffdb"}  # what every database stores
    theirs.due_at = timezone.now()

    job_insert(ours)
    theirs.save(force_insert=True)

    stored = [Job.objects.values().get(pk=job.pk) for job in (ours, theirs)]
    own = [[row.pop(name) for name in ("id", "created_at", "due_at", "idempotency_key")] for row in stored]
    assert stored[0] == stored[1]
    assert abs(own[0][2] - timezone.now()) < timedelta(minutes=5)
    assert own[0][1] == ours.created_at
    ours.priority = 1
    ours.save(update_fields=["priority"])  # as one that is stored
    assert Job.objects.get(pk=ours.pk).priority == 1


def test_a_key_is_taken_once(version: WorkflowVersion) -> None:
    job_insert(made(version, idempotency_key="same"))

    with pytest.raises(IntegrityError):
        job_insert(made(version, idempotency_key="same"))

"""Workflows that start when a job of another one has ended, and what each trigger says that it is."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from backend.jobs import listeners
from backend.jobs.models import Job
from backend.jobs.services import job_create
from backend.triggers.models import Follower
from backend.triggers.services import followers
from backend.workflows.models import Workflow, WorkflowVersion
from tests.backend.factories import make_member, make_user
from tests.backend.triggers.conftest import DEFINITION

JSON = "application/json"


@pytest.fixture
def report(organization):
    """A second workflow, published."""
    workflow = Workflow.objects.create(organization=organization, slug="report", name="Report", definition=DEFINITION)
    workflow.published_version = WorkflowVersion.objects.create(
        workflow=workflow, number=1, definition=DEFINITION, checksum="2"
    )
    workflow.save()
    return workflow


def follow(workflow, **values):
    trigger = {"id": "after", "type": "workflow", "workflow": "intake", **values}
    followers.workflow_published(workflow, [trigger])


def end(workflow, status="SUCCESS", **fields):
    job = job_create(workflow=workflow, version=workflow.published_version, input={}, triggered_by="API")
    Job.objects.filter(pk=job.pk).update(status=status, **fields)
    with transaction.atomic():
        listeners.job_ended(job.pk, status)
    return job


def started(workflow):
    return Job.objects.filter(workflow=workflow, triggered_by="WORKFLOW")


def test_a_job_that_succeeded_starts_the_one_that_follows(workflow, report):
    follow(report, start_at="read")

    first = end(workflow, output={"rows": 3})

    job = started(report).get()
    assert (job.start_at, job.version_id) == ("read", report.published_version_id)
    assert job.input["finished"] == {
        "job": str(first.pk),
        "workflow": "intake",
        "workflow_name": "Intake",
        "status": "SUCCESS",
        "output": {"rows": 3},
        "error": None,
        "links": 1,
    }


@pytest.mark.parametrize(
    ("on", "expected"),
    [("success", ["SUCCESS"]), ("failure", ["CANCELLED", "FAILED", "TIMED_OUT"]), ("always", None)],
)
def test_it_follows_the_ends_that_it_names(workflow, report, on, expected):
    follow(report, on=on)

    for status in ("SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"):
        end(workflow, status)

    seen = sorted(job.input["finished"]["status"] for job in started(report))
    assert seen == (expected or ["CANCELLED", "FAILED", "SUCCESS", "TIMED_OUT"])


def test_the_same_end_told_twice_starts_one(workflow, report):
    follow(report)
    job = end(workflow)

    listeners.job_ended(job.pk, "SUCCESS")

    assert started(report).count() == 1


@pytest.mark.parametrize("off", ["trigger", "workflow", "removed"])
def test_what_is_off_does_not_follow(workflow, report, off):
    follow(report, is_active=off != "trigger")
    if off == "workflow":
        Workflow.objects.filter(pk=report.pk).update(is_active=False)
    if off == "removed":
        followers.workflow_published(report, [])

    end(workflow)

    assert started(report).count() == 0


def test_workflows_of_other_organisations_do_not_follow(workflow, globex):
    other = Workflow.objects.create(organization=globex, slug="spy", name="Spy", definition=DEFINITION)
    other.published_version = WorkflowVersion.objects.create(
        workflow=other, number=1, definition=DEFINITION, checksum="3"
    )
    other.save()
    follow(other)

    end(workflow)

    assert started(other).count() == 0


def test_one_that_cannot_start_does_not_undo_the_end(workflow, report):
    follow(report)
    Follower.objects.update(start_at="nowhere")

    job = end(workflow)

    job.refresh_from_db()
    assert (job.status, started(report).count()) == ("SUCCESS", 0)


def test_two_that_follow_each_other_come_to_an_end(workflow, report):
    follow(report)
    followers.workflow_published(workflow, [{"id": "after", "type": "workflow", "workflow": "report"}])
    end(workflow)

    for _ in range(30):
        for job in Job.objects.filter(status="QUEUED"):
            Job.objects.filter(pk=job.pk).update(status="SUCCESS")
            listeners.job_ended(job.pk, "SUCCESS")

    assert Job.objects.count() == 1 + followers.MOST_LINKS


def test_each_way_of_starting_says_what_it_is(key_client, workflow, organization):
    client, browser = key_client(), Client()
    browser.force_login(make_member(organization, make_user("ann"), role="operator").user)

    by_key = client.post("/api/workflows/intake/execute/", {"context": {"a": 1}}, content_type=JSON).json()
    bare = client.post("/api/workflows/intake/run/", {"a": 1}, content_type=JSON).json()
    by_person = browser.post("/api/workflows/intake/execute/", {"context": {"a": 1}}, content_type=JSON).json()

    assert [job["triggered_by"] for job in (by_key, bare, by_person)] == ["API", "API", "MANUAL"]
    assert by_key["execution_context"] == bare["execution_context"] == by_person["execution_context"] == {"a": 1}


def test_input_that_the_schema_refuses_starts_nothing(key_client, workflow):
    version = workflow.published_version
    inputs = {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
    version.definition = {**version.definition, "inputs": inputs}
    version.save()

    response = key_client().post("/api/workflows/intake/execute/", {"context": {"b": 1}}, content_type=JSON)

    assert (response.status_code, Job.objects.count()) == (400, 0)
    assert "b" in response.json()["problems"][0]["message"]

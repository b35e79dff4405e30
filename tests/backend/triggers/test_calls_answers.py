"""What a waiting caller gets."""

from __future__ import annotations

import json

import pytest

from backend.jobs.models import Job, StepRun, StepWait
from backend.jobs.services import Origin, job_prepare, job_store
from backend.triggers.models import Webhook
from tests.backend.triggers.calling import post


@pytest.fixture
def ended_job(client, make_hook):
    """Calls a waiting webhook whose job has ended as told."""

    def call(**fields):
        hook = make_hook(respond="when_finished", timeout=0.1, idempotency_header="Idempotency-Key")
        post(client, hook, **{"Idempotency-Key": "a"})
        Job.objects.update(**fields)
        return post(client, hook, **{"Idempotency-Key": "a"})

    return call


def test_a_job_that_takes_longer_is_referred_to(client, make_hook):
    response = post(client, make_hook(respond="when_finished", timeout=0.1))

    job = Job.objects.get()
    assert response.status_code == 202
    assert response.json() == {"job": str(job.id), "status": "QUEUED", "url": f"/api/jobs/{job.id}/"}


@pytest.mark.parametrize("by", ["itself", "a job that it waits for"])
def test_a_job_that_waits_for_a_person_holds_nobody_up(client, make_hook, by):
    hook = make_hook(respond="when_finished", timeout=0.1, idempotency_header="Idempotency-Key")
    post(client, hook, **{"Idempotency-Key": "a"})
    job = waiting_for_a_person(by)
    Webhook.objects.update(timeout=300)  # longer than a test may take

    response = post(client, hook, **{"Idempotency-Key": "a"})

    assert response.status_code == 202
    assert response.json() == {
        "job": str(job.id),
        "status": "WAITING",
        "url": f"/api/jobs/{job.id}/",
        "waiting": [{"reason": "It waits", "until": None, "signal": "approval"}],
    }


def waiting_for_a_person(by):
    """The only job, as it is when somebody has to decide."""
    job = Job.objects.select_related("workflow", "version").get()
    StepRun.objects.create(
        job=job, step="a", path="a", type="approval", status="waiting",
        aside={"wait": {"reason": "It waits", "signal": "approval"}},
    )  # fmt: skip
    asked = job
    if by != "itself":
        asked = job_store(job_prepare(
            workflow=job.workflow, version=job.version, input={}, triggered_by="SUBFLOW",
            origin=Origin(parent=job, parent_path="a"),
        ))  # fmt: skip
    Job.objects.update(status="WAITING")
    StepWait.objects.create(job=asked, path="a", signal="approval")
    return job


def test_without_words_of_its_own_the_output_is_answered(ended_job):
    response = ended_job(status="SUCCESS", output={"total": 12.5, "name": "é"})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"total": 12.5, "name": "é"}


def test_the_output_step_says_status_headers_and_body(ended_job):
    said = {
        "status": 201,
        "headers": {"content-type": "text/html; charset=utf-8", "X-Route": "invoice"},
        "body": "<b>é</b>",
    }

    response = ended_job(status="SUCCESS", output={}, response=said)

    assert response.status_code == 201
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["X-Route"] == "invoice"
    assert response.content.decode() == "<b>é</b>"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_text_without_a_type_is_plain_and_an_object_is_json(ended_job):
    text = ended_job(status="SUCCESS", response={"status": 200, "headers": {}, "body": "<b>hi</b>"})
    value = ended_job(status="SUCCESS", response={"status": 200, "headers": {"Content-Type": "text/html"}, "body": [1]})

    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (value.headers["Content-Type"], value.json()) == ("application/json", [1])


def test_headers_that_steer_browsers_and_proxies_stay_ours(ended_job):
    headers = {
        "Set-Cookie": "session=x",
        "Connection": "close",
        "Transfer-Encoding": "chunked",
        "Content-Length": "1",
        "Content-Security-Policy": "default-src *",
        "Access-Control-Allow-Origin": "*",
        "X-Accel-Redirect": "/etc",
        "X-Frame-Options": "ALLOWALL",
        "Location": "https://elsewhere.example",
        "X-Split": "a\r\nSet-Cookie: b",
        "X-Fine": "yes",
    }

    response = ended_job(status="SUCCESS", response={"status": 200, "headers": headers, "body": {"a": 1}})

    assert response.headers["X-Fine"] == "yes"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.json() == {"a": 1}
    forbidden = set(headers) - {"X-Fine", "X-Frame-Options", "Content-Security-Policy", "Content-Length"}
    assert forbidden.isdisjoint(response.headers)


def test_no_content_is_empty(ended_job):
    response = ended_job(status="SUCCESS", response={"status": 204, "headers": {}, "body": "ignored"})

    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("status", [99, 600, "200", True])
def test_an_impossible_status_is_told(ended_job, status):
    response = ended_job(status="SUCCESS", response={"status": status, "headers": {}, "body": ""})

    assert response.status_code == 500
    assert "status" in response.json()["detail"]


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "TIMED_OUT"])
def test_a_job_without_success_is_an_error_with_its_id(ended_job, status):
    response = ended_job(status=status, error={"type": "exit_code", "message": "The script ended with 1."})

    body = response.json()
    assert response.status_code == body["status"] == 500
    assert body["detail"] == "The script ended with 1."
    assert body["job"] == str(Job.objects.get().id)


def test_a_cancelled_job_without_an_error_still_has_words(ended_job):
    assert "CANCELLED" in json.loads(ended_job(status="CANCELLED").content)["detail"]

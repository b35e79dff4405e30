"""The commands over HTTP: answers, refusals, many at once, and who did it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from backend.jobs.models import Job

pytestmark = pytest.mark.django_db

STEPS = [{"id": "a", "type": "transform", "config": {"values": {"x": "1"}}}]


@pytest.fixture
def client(api_key_client: Callable[..., APIClient]) -> APIClient:
    return api_key_client("admin")


@pytest.fixture
def job(client: APIClient) -> dict:
    definition = {"stepgraph": 1, "name": "Any", "steps": STEPS}
    made = client.post("/api/workflows/", {"name": "Any", "definition": definition}).json()
    return client.post(f"/api/workflows/{made['id']}/execute/", {"context": {}}).json()


def test_pause_and_resume_with_history(client, job) -> None:
    paused = client.post(f"/api/jobs/{job['id']}/pause/")
    twice = client.post(f"/api/jobs/{job['id']}/pause/")
    resumed = client.post(f"/api/jobs/{job['id']}/resume/")

    assert (paused.status_code, paused.json()["status"]) == (200, "PAUSED")
    assert (twice.status_code, twice.json()["error"]) == (409, "illegal transition")
    assert (resumed.status_code, resumed.json()["status"]) == (200, "QUEUED")
    history = resumed.json()["history"]
    assert [entry["event"] for entry in history] == ["job.created", "job.paused", "job.resumed"]
    assert all("API key" in entry["actor"] for entry in history[1:])


def test_a_job_that_needs_no_decision(client, job) -> None:
    answer = client.post(f"/api/jobs/{job['id']}/resolve/", {"path": "a", "action": "retry"})

    assert (answer.status_code, answer.json()["error"]) == (409, "illegal transition")


def test_many_at_once_each_by_itself(client, job) -> None:
    other = "019a0000-0000-7000-8000-000000000000"
    answer = client.post("/api/jobs/bulk/", {"action": "cancel", "ids": [job["id"], other], "reason": "clean up"})
    again = client.post("/api/jobs/bulk/", {"action": "retry", "filter": {"status": "CANCELLED"}})
    published = client.post(f"/api/workflows/{job['workflow']}/publish/").json()["version"]
    newest = client.post("/api/jobs/bulk/", {"action": "retry", "ids": [job["id"]], "version": "latest"})

    assert [result["ok"] for result in answer.json()["results"]] == [True, False]
    assert Job.objects.get(id=job["id"]).cancel_reason == "clean up"
    (result,) = again.json()["results"]
    assert result["ok"]
    assert result["job"] != job["id"]
    (result,) = newest.json()["results"]
    assert client.get(f"/api/jobs/{result['job']}/").json()["version"] == published


@pytest.mark.parametrize("body", [{"action": "cancel"}, {"action": "dance", "ids": []}, {"ids": []}])
def test_bulk_needs_an_action_and_jobs(client, body) -> None:
    assert client.post("/api/jobs/bulk/", body).status_code == 400


def test_events_are_accepted(client) -> None:
    answer = client.post("/api/events/", {"name": "paid", "payload": {"sum": 7}})

    assert (answer.status_code, answer.json()) == (202, {"reached": 0})
    assert client.post("/api/events/", {"name": ""}).status_code == 400

"""The jobs API with odd input: every fault is the caller's, and says what to do."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient, Client
from django.utils import timezone

from backend.accounts.models import Organization
from backend.jobs import services, stream
from backend.jobs.models import Job
from backend.workflows.models import Workflow, WorkflowVersion
from tests.backend.factories import make_api_key

pytestmark = pytest.mark.django_db

EXECUTE = "/api/workflows/flow/execute/"


@pytest.fixture
def api_client(api_key_client) -> Client:
    return api_key_client("admin")


def create(client: Client, **document: object) -> None:
    steps = [{"id": "a", "type": "transform", "config": {"values": {"n": "1"}}}]
    definition = {"stepgraph": 1, "name": "Flow", "steps": steps, **document}
    answer = client.post("/api/workflows/", {"name": "Flow", "slug": "flow", "definition": definition}, "json")
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize("version", [[], {}, 1.5, True, "latest", 10**17, -1])
def test_a_version_is_a_number_or_draft(api_client, version) -> None:
    create(api_client)
    answer = api_client.post(EXECUTE, {"version": version}, "json")

    assert answer.status_code in {400, 404}
    assert answer.json()["detail"]


def test_a_step_that_undoes_another_is_no_place_to_start(api_client) -> None:
    steps = [{"id": id_, "type": "transform", "config": {"values": {"n": "1"}}} for id_ in ("book", "cancel")]
    create(api_client, steps=[steps[0] | {"compensate": "cancel"}, steps[1]])

    answer = api_client.post(EXECUTE, {"start_at": "cancel"}, "json")

    assert answer.status_code == 400
    assert "undoes “book”" in answer.json()["detail"]
    assert Job.objects.count() == 0


REMOTE, ENDLESS = {"$ref": "http://127.0.0.1:9/schema.json"}, {"$ref": "#"}
SLOW = {"pattern": "(a+)+$"}


@pytest.mark.parametrize("field", [REMOTE, ENDLESS, {"$ref": "#/nowhere"}, SLOW, True])
def test_an_input_schema_can_neither_fetch_nor_hold_up_a_start(api_client, field) -> None:
    create(api_client, inputs={"type": "object", "properties": {"a": field}})

    answer = api_client.post(EXECUTE, {"context": {"a": "a" * 40 + "!"}}, "json")

    assert answer.status_code == (201 if field is True else 400)
    assert field is True or "input" in answer.json()["detail"]


@pytest.mark.parametrize(
    "inputs",
    [
        {"properties": {"a": {"type": "text"}}},
        {"properties": {"a": {"minimum": "low"}}},
        {"properties": {"a": {"pattern": "("}}},
        {"patternProperties": {"(a+)+$": {"type": "integer"}}},
    ],
)
def test_an_input_schema_that_cannot_be_used_is_a_problem_of_the_workflow(api_client, inputs) -> None:
    steps = [{"id": "a", "type": "transform", "config": {"values": {"n": "1"}}}]
    definition = {"stepgraph": 1, "name": "Flow", "steps": steps, "inputs": {"type": "object", **inputs}}

    answer = api_client.post("/api/workflows/", {"name": "Flow", "definition": definition}, "json")

    assert answer.status_code == 400
    assert [problem["path"] for problem in answer.json()["problems"]] == ["inputs"]


@pytest.mark.django_db(transaction=True)
def test_who_has_all_events_of_an_ended_job_is_told_that_there_are_no_more(acme, monkeypatch) -> None:
    readers = ThreadPoolExecutor(1)
    monkeypatch.setattr(stream, "_readers", readers)
    key, job = make_ended_job(acme)
    client = AsyncClient(X_API_KEY=key)

    async def ask() -> tuple[bytes, int]:
        more = await client.get(f"/api/jobs/{job.id}/events/")
        assert more.status_code == 200, more.content
        none = await client.get(f"/api/jobs/{job.id}/events/", headers={"Last-Event-ID": "1"})
        await sync_to_async(connections.close_all)()  # the thread of the views has one, too
        return b"".join([part async for part in more.streaming_content]), none.status_code

    events, status = asyncio.run(ask())
    readers.submit(connections.close_all).result()

    assert b"event: job.cancelled" in events
    assert status == 204


def make_ended_job(acme: Organization) -> tuple[str, Job]:
    workflow = Workflow.objects.create(organization=acme, slug="flow", name="Flow", definition={})
    version = WorkflowVersion.objects.create(workflow=workflow, number=1, definition={"steps": []}, checksum="x")
    job = services.job_create(workflow=workflow, version=version, input={}, triggered_by="API")
    return make_api_key(acme, scope="admin"), services.job_cancel(job)


@pytest.mark.parametrize("query", ["status=RUNING", "triggered_by=NOBODY", "since=yesterday"])
def test_a_filter_that_cannot_be_right_is_refused(api_client, query) -> None:
    answer = api_client.get(f"/api/jobs/?{query}")

    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_jobs_since_a_moment_are_those_that_were_accepted_from_then_on(api_client) -> None:
    create(api_client)
    ids = [api_client.post(EXECUTE, {"version": "draft"}, "json").json()["id"] for _ in range(2)]
    Job.objects.filter(id=ids[0]).update(created_at=timezone.now() - timedelta(days=2))

    def since(moment: datetime) -> list[str]:
        return [job["id"] for job in api_client.get("/api/jobs/", {"since": moment.isoformat()}).json()["results"]]

    assert since(timezone.now() - timedelta(days=1)) == [ids[1]]
    assert since(timezone.now() + timedelta(days=1)) == []
    assert since(datetime(1, 1, 2, tzinfo=UTC)) == since(datetime(1970, 1, 1, tzinfo=UTC)) == ids[::-1]


@pytest.mark.parametrize("path", ["/api/jobs/%00/", "/api/workflows/%00/", "/api/jobs/?workflow=%00"])
def test_a_nul_in_an_address_is_not_our_fault(api_client, path) -> None:
    answer = api_client.get(path)

    assert answer.status_code in {400, 404, 405}


@pytest.mark.parametrize("after", ["\u00b2", "9" * 5000, "-1", "x", "\u0663"])
def test_an_odd_last_event_id_is_taken_for_none(after) -> None:
    assert stream.last_seen(after) == 0


@pytest.mark.parametrize(
    ("words", "found"), [("münchen 42", 1), ("München", 1), ("order_no", 2), ("berlin 42", 0), ("%", 0)]
)
def test_jobs_are_found_by_what_they_were_given(api_client, words, found) -> None:
    create(api_client)
    for order in ({"order_no": 42, "city": "München, münchen"}, {"order_no": 7, "city": "Berlin"}):
        assert api_client.post(EXECUTE, {"context": order}, "json").status_code == 201

    answer = api_client.get("/api/jobs/", {"search": words}).json()

    assert answer["count"] == found


def test_the_checkup_names_every_part_and_what_waits(api_client) -> None:
    create(api_client)
    api_client.post(EXECUTE, {}, "json")

    answer = api_client.get("/api/system/checkup/").json()

    parts = {part["name"]: part for part in answer["parts"]}
    assert parts.keys() == {"database", "redis", "worker", "scheduler", "sandbox", "clock", "disk"}
    assert parts["clock"]["ok"]
    assert "manage.py worker" in parts["worker"]["detail"]
    assert answer["jobs"] == {"QUEUED": 1}

"""What is told of jobs: error workflows once for a storm, signed events to endpoints with retries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from backend.accounts.models import Organization
from backend.common.egress import EgressClient, EgressPolicy
from backend.jobs.models import Job
from backend.jobs.services import job_create
from backend.outgoing import outbox, sending, services
from backend.outgoing.models import ErrorNotice, EventDelivery, EventEndpoint
from tests.backend.factories import make_api_key, make_organization
from tests.http_server import Answer
from tests.workers.engine.conftest import answers, call, events, frozen, output, value

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT = EgressClient(EgressPolicy.from_words(["127.0.0.0/8"]))


@pytest.fixture
def told(start: Callable[..., Job]) -> Job:
    """A published error workflow; its slug is the workflow's."""
    made = start(output({"message": "error.message"}))
    made.workflow.published_version = made.version
    made.workflow.save()
    Job.objects.all().delete()
    return made


def error_jobs() -> list[Job]:
    return list(Job.objects.filter(triggered_by="ERROR").order_by("id"))


def test_a_failed_job_starts_the_error_workflow(told: Job, run, worker) -> None:
    failed = run(value("a", "1 / 0"), settings={"error_workflow": told.workflow.slug})

    (job,) = error_jobs()
    assert (job.workflow_id, job.input["job"]["id"], job.input["job"]["status"]) == (
        told.workflow_id,
        str(failed.id),
        "FAILED",
    )
    assert job.input["error"]["step"] == "a"
    worker.advance()
    job.refresh_from_db()
    assert job.output == {"message": failed.error["message"]}


def test_a_storm_is_told_once_and_its_size_the_next_time(told: Job, run, worker) -> None:
    failed = run(value("a", "1 / 0"), settings={"error_workflow": told.workflow.slug})
    for _ in range(3):
        again(failed, worker)
    assert len(error_jobs()) == 1

    ErrorNotice.objects.update(told_at=timezone.now() - timedelta(hours=1))
    again(failed, worker)

    assert [job.input["suppressed"] for job in error_jobs()] == [0, 3]


def again(job: Job, worker) -> None:
    Job.objects.filter(triggered_by="ERROR").update(due_at=timezone.now() + timedelta(hours=1))
    job_create(workflow=job.workflow, version=job.version, input={}, triggered_by="API")
    worker.advance()


def test_success_and_the_failures_of_error_workflows_start_nothing(told: Job, run, start, worker) -> None:
    run(value("a", "1"), settings={"error_workflow": told.workflow.slug})
    assert error_jobs() == []

    failing = start(value("a", "1 / 0"), settings={"error_workflow": told.workflow.slug})
    Job.objects.filter(id=failing.id).update(triggered_by="ERROR")
    worker.advance()

    assert error_jobs() == [failing]


def test_an_error_workflow_that_cannot_start_does_not_hold_up_the_end(run) -> None:
    assert run(value("a", "1 / 0"), settings={"error_workflow": "nowhere"}).status == "FAILED"


# --- event webhooks -------------------------------------------------------------------------------------------------


@pytest.fixture
def endpoint(acme: Organization, server) -> tuple[EventEndpoint, str]:
    made = services.endpoint_create(acme, url=f"{server.url}/events", events=["*"], workflow=None)
    yield made
    outbox.endpoints.forget()


def test_an_endpoint_gets_exactly_the_events_of_a_job_signed(endpoint, run, server) -> None:
    server.answers["/events"] = Answer(204)
    job = run(value("a", "1"), value("b", "2", after=["a"]), value("c", "3", after=["b"]))
    while sending.send_due(CLIENT):
        pass

    bodies = [json.loads(seen.body) for seen in server.seen]
    assert [body["type"] for body in bodies] == [
        "job.started",
        *["step.started", "step.completed"] * 3,
        "job.completed",
    ]
    assert [body["data"]["seq"] for body in bodies] == list(range(1, 9))
    assert {body["data"]["job"] for body in bodies} == {str(job.id)}
    assert [body["type"] for body in bodies] == events(job)
    for seen in server.seen:
        signed = f"{seen.headers['webhook-id']}.{seen.headers['webhook-timestamp']}.".encode() + seen.body
        key = base64.b64decode(endpoint[1].removeprefix("whsec_"))
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert seen.headers["webhook-signature"] == f"v1,{digest}"


def test_an_event_that_is_refused_is_sent_again_with_the_same_id(endpoint, run, server) -> None:
    services.endpoint_update(endpoint[0], values={"events": ["job.completed"]})
    server.answers["/events"] = answers(Answer(500), Answer(500), Answer(200))
    run(value("a", "1"))

    for attempt in range(3):
        assert sending.send_due(CLIENT) == 1
        assert sending.send_due(CLIENT) == 0, "it waits"
        if attempt < 2:
            wait = EventDelivery.objects.get().next_at - timezone.now()
            assert abs(wait.total_seconds() - sending.WAITS[attempt]) < 5
        EventDelivery.objects.filter(status="pending").update(next_at=Now())  # as the database has it, which is asked

    delivery = EventDelivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.response_status) == ("delivered", 3, 200)
    assert len({seen.headers["webhook-id"] for seen in server.seen}) == 1


def test_it_is_given_up_at_last_and_can_be_sent_by_hand(endpoint, run, server, client, acme: Organization) -> None:
    services.endpoint_update(endpoint[0], values={"events": ["job.completed"]})
    server.answers["/events"] = Answer(500)
    run(value("a", "1"))
    EventDelivery.objects.update(attempts=len(sending.WAITS))
    sending.send_due(CLIENT)
    headers = {"X-API-Key": make_api_key(acme, scope="edit")}
    address = f"/api/event-webhooks/{endpoint[0].id}/deliveries/"

    (shown,) = client.get(address, headers=headers).json()["results"]
    repeated = client.post(f"{address}{shown['id']}/repeat/", headers=headers)

    assert (shown["status"], shown["error"]) == ("failed", "It answered 500.")
    assert (repeated.status_code, repeated.json()["status"]) == (202, "pending")
    server.answers["/events"] = Answer(200)
    assert sending.send_due(CLIENT) == 1
    assert EventDelivery.objects.get().status == "delivered"


def test_an_endpoint_that_is_gone_gets_nothing_more(endpoint, run, server) -> None:
    server.answers["/events"] = Answer(410)
    run(value("a", "1"))
    run(value("a", "1"))
    sending.send_due(CLIENT)
    sending.send_due(CLIENT)

    endpoint[0].refresh_from_db()
    assert endpoint[0].is_active is False
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "go", [lambda rows: rows.delete(), lambda rows: rows.update(is_active=False)], ids=["deleted", "switched off"]
)
def test_a_worker_that_does_not_know_yet_that_an_endpoint_is_gone_loses_no_job(
    endpoint, start, worker, server, acme: Organization, go
) -> None:
    left, _ = services.endpoint_create(acme, url=f"{server.url}/left", events=["job.*"], workflow=None)
    told_before = {endpoint[0].id: 0, left.id: 1}

    def another_process(_: object) -> None:
        told_before[endpoint[0].id] = EventDelivery.objects.filter(endpoint=endpoint[0]).count()
        go(EventEndpoint.objects.filter(id=endpoint[0].id))
        connection.close()

    server.answers["/a"] = answers(another_process)
    job = start(call("a", f"{server.url}/a"), value("b", "1", after=["a"]))

    worker.advance()

    job.refresh_from_db()
    assert (job.status, len(server.seen)) == ("SUCCESS", 1)
    assert [one.type for one in left.deliveries.order_by("id")] == ["job.started", "job.completed"]
    assert told_before[endpoint[0].id] == 2, "the starts of job and step"
    rest = EventDelivery.objects.filter(endpoint_id=endpoint[0].id).count()
    assert rest == (2 if EventEndpoint.objects.filter(id=endpoint[0].id).exists() else 0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock: nobody writes meanwhile")
def test_no_job_waits_for_an_endpoint_that_is_being_deleted(endpoint, run) -> None:
    run(value("a", "1"))  # the worker knows it from now on

    with frozen(f"DELETE FROM outgoing_eventendpoint WHERE id = '{endpoint[0].id}'"):
        job = run(value("a", "1"))

    assert job.status == "SUCCESS"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock: nobody deletes meanwhile")
def test_an_endpoint_is_deleted_while_a_job_is_recording_its_events(endpoint, acme: Organization) -> None:
    written = threading.Event()

    def record() -> None:
        with transaction.atomic():
            outbox.tell(acme.id, kind="alert.raised", data={})
            written.set()
            time.sleep(0.3)  # the other one waits for it by now
        connection.close()

    recording = threading.Thread(target=record)
    recording.start()
    assert written.wait(10)
    services.endpoint_delete(endpoint[0])
    recording.join(10)

    assert not EventEndpoint.objects.exists()
    assert not EventDelivery.objects.exists()


def test_others_hear_nothing_and_secrets_are_shown_once(endpoint, run, client, acme: Organization) -> None:
    globex = make_organization("globex")
    services.endpoint_create(globex, url="http://127.0.0.1:9/x", events=["*"], workflow=None)
    run(value("a", "1"))
    headers = {"X-API-Key": make_api_key(acme, scope="edit")}
    body = {"url": "https://example.com/x", "events": ["job.failed"]}

    made = client.post("/api/event-webhooks/", body, content_type="application/json", headers=headers).json()
    shown = client.get(f"/api/event-webhooks/{made['id']}/", headers=headers).json()
    refused = client.post("/api/event-webhooks/", {"url": "ftp://x"}, content_type="application/json", headers=headers)

    assert set(EventDelivery.objects.values_list("endpoint__organization", flat=True)) == {acme.id}
    assert made["secret"].startswith("whsec_")
    assert "secret" not in shown
    assert refused.status_code == 400

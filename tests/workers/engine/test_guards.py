"""Circuits and the step cache, through the engine and over the API, with many jobs at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from backend.accounts.models import Organization
from backend.files.models import FileUse
from backend.guards import cache, circuits
from backend.guards.models import CacheEntry, Circuit
from backend.jobs.models import Job
from backend.jobs.services import job_create
from backend.workflows.models import WorkflowVersion
from tests.backend.factories import make_api_key, make_organization
from tests.http_server import Answer
from tests.workers.engine.conftest import Worker, answers, call, json_answer, output, runs

pytestmark = pytest.mark.django_db(transaction=True)

BREAKER = {"threshold": 5, "timeout": 60, "half_open": 3}


@pytest.fixture
def again(start: Callable[..., Job], worker: Worker) -> Callable[..., Job]:
    """Runs one workflow many times: `again(steps)`, then `again()` for the same one."""
    made: list[Job] = []

    def go(*steps: dict, **options: object) -> Job:
        job = start(*steps, **options) if steps else another(made[-1], **options)
        made.append(job)
        worker.advance()
        job.refresh_from_db()
        return job

    return go


def another(job: Job, **options: object) -> Job:
    return job_create(
        workflow=job.workflow, version=job.version, triggered_by="API", input=options.get("input", job.input)
    )


def together(jobs: int) -> list[Job]:
    """Advances that many queued jobs at the same time, each in a thread like those of a worker."""

    def work(_: int) -> None:
        own = Worker()
        try:
            own.advance()
        finally:
            own.close()
            connection.close()

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, range(jobs)))
    return list(Job.objects.order_by("-id")[:jobs])


def the_circuit() -> Circuit:
    return Circuit.objects.get()


def wait_over(seconds: float = 61) -> None:
    Circuit.objects.update(changed_at=timezone.now() - timedelta(seconds=seconds))


def error_types(jobs: list[Job]) -> set[str]:
    return {job.error["type"] if job.error else "none" for job in jobs}


# --- circuits -------------------------------------------------------------------------------------------------------


def test_after_enough_failures_nothing_is_sent(again, server) -> None:
    server.answers["/x"] = Answer(500)
    step = call("fetch", f"{server.url}/x", circuit_breaker=BREAKER, retry={"retries": 3, "delay": 0})

    first = again(step)
    second = again()

    assert first.error["type"] == "http_500"
    assert (second.error["type"], second.error["attempt"]) == ("circuit_open", 2), "not retried"
    assert len(server.seen) == 5
    assert "open after 5 failures" in second.error["message"]
    assert the_circuit().state == "open"


def test_a_success_in_between_starts_the_count_anew(again, server) -> None:
    bad, good = Answer(500), json_answer({})
    server.answers["/x"] = answers(bad, bad, bad, bad, good, bad, bad, bad, bad, good)
    step = call("fetch", f"{server.url}/x", circuit_breaker=BREAKER)

    jobs = [again(step), *(again() for _ in range(9))]

    assert len(server.seen) == 10
    assert the_circuit().state == "closed"
    assert jobs[-1].status == "SUCCESS"


def test_answers_that_blame_the_request_leave_it_closed(again, server) -> None:
    server.answers["/x"] = Answer(404)
    step = call("fetch", f"{server.url}/x", circuit_breaker={**BREAKER, "threshold": 1})

    jobs = [again(step), again()]

    assert error_types(jobs) == {"http_404"}
    assert not Circuit.objects.filter(state="open").exists()


def test_trials_that_succeed_close_it(again, server) -> None:
    server.answers["/x"] = answers(*[Answer(500)] * 5, json_answer({}))
    step = call("fetch", f"{server.url}/x", circuit_breaker=BREAKER)
    for _ in range(5):
        again(step) if not server.seen else again()
    wait_over()

    trials = [(again().status, the_circuit().state) for _ in range(3)]

    assert trials == [("SUCCESS", "half_open"), ("SUCCESS", "half_open"), ("SUCCESS", "closed")]


def test_a_trial_that_fails_opens_it_again_and_the_time_begins_anew(again, server) -> None:
    server.answers["/x"] = Answer(500)
    step = call("fetch", f"{server.url}/x", circuit_breaker={**BREAKER, "threshold": 1})
    again(step)
    wait_over()

    assert again().error["type"] == "http_500"
    assert again().error["type"] == "circuit_open"

    assert len(server.seen) == 2
    assert the_circuit().changed_at > timezone.now() - timedelta(seconds=30)


def test_many_jobs_at_once_send_nothing_while_it_is_open_and_as_many_trials_as_it_says(again, server) -> None:
    arrived = threading.Barrier(3)

    def refuse(handler) -> None:
        if len(server.seen) > 1:
            arrived.wait(30)  # until the trials are all there, so that none ends before the others begin
        handler.send_response(500)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers["/x"] = Answer(write=refuse)
    step = call("fetch", f"{server.url}/x", circuit_breaker={**BREAKER, "threshold": 1})
    job = again(step)
    assert the_circuit().state == "open"

    for _ in range(8):
        another(job)
    assert error_types(together(8)) == {"circuit_open"}
    assert len(server.seen) == 1

    wait_over()
    for _ in range(8):
        another(job)
    jobs = together(8)

    assert len(server.seen) == 1 + 3
    assert sorted(job.error["type"] for job in jobs) == ["circuit_open"] * 5 + ["http_500"] * 3
    assert the_circuit().state == "open"


def test_trials_that_are_lost_with_their_worker_do_not_keep_it_half_open(acme: Organization) -> None:
    target = circuits.Target(acme.id, "connector:crm", "CRM", threshold=1, timeout=1, half_open=1)
    circuits.failed(circuits.admit(target), error="no answer")
    wait_over(2)
    lost = circuits.admit(target)
    with pytest.raises(circuits.CircuitOpen):
        circuits.admit(target)

    wait_over(61)
    second = circuits.admit(target)
    circuits.failed(lost, error="too late to count")
    circuits.succeeded(second)

    assert the_circuit().state == "closed"


def test_a_trial_that_is_not_made_is_free_for_another(acme: Organization) -> None:
    target = circuits.Target(acme.id, "connector:crm", "CRM", threshold=1, timeout=1, half_open=1)
    circuits.failed(circuits.admit(target), error="no answer")
    wait_over(2)

    circuits.returned(circuits.admit(target))

    assert circuits.admit(target).round is not None


def test_circuits_of_organisations_and_steps_are_their_own(again, server, acme: Organization) -> None:
    server.answers["/x"] = Answer(500)
    server.answers["/y"] = json_answer({})
    once = {**BREAKER, "threshold": 1}
    again(call("fetch", f"{server.url}/x", circuit_breaker=once))

    other = again(call("fetch", f"{server.url}/y", circuit_breaker=once))

    assert other.status == "SUCCESS"
    foreign = circuits.Target(make_organization("globex").id, the_circuit().key, "", 1, 60, 1)
    assert circuits.admit(foreign).round is None


def test_a_circuit_is_seen_and_reset_over_the_api(again, server, client, acme: Organization) -> None:
    server.answers["/x"] = answers(Answer(500), json_answer({}))
    again(call("fetch", f"{server.url}/x", circuit_breaker={**BREAKER, "threshold": 1}))
    admin, viewer = ({"X-API-Key": make_api_key(acme, scope=scope)} for scope in ("admin", "read"))

    (shown,) = client.get("/api/circuits/?state=open", headers=viewer).json()["results"]
    refused = client.post(f"/api/circuits/{shown['id']}/reset/", headers=viewer)
    reset = client.post(f"/api/circuits/{shown['id']}/reset/", headers=admin)

    assert (shown["state"], shown["failures"], shown["next_trial_at"] is not None) == ("open", 1, True)
    assert "fetch" in shown["label"]
    assert (refused.status_code, reset.status_code, reset.json()["state"]) == (403, 200, "closed")
    assert again().status == "SUCCESS"


# --- cache ----------------------------------------------------------------------------------------------------------

KEEP = {"key": "products:{{ region }}", "ttl": 3600}


def cached(server, **options: object) -> list[dict]:
    step = call("fetch", f"{server.url}/x", cache={**KEEP, **options}, config={"method": "GET"})
    return [step, output({"got": "fetch"}, after=["fetch"])]


def test_the_second_job_asks_nobody(again, server) -> None:
    server.answers["/x"] = answers(json_answer({"n": 1}), json_answer({"n": 2}))

    first = again(*cached(server), input={"region": "eu"})
    second = again()
    other = again(input={"region": "us"})

    assert [job.output["got"]["n"] for job in (first, second, other)] == [1, 1, 2]
    assert len(server.seen) == 2
    assert runs(first)["fetch"].aside is None
    assert runs(second)["fetch"].aside == {"cached": True}
    assert "cache hit" in runs(second)["fetch"].log


def test_a_result_is_found_anew_when_its_time_is_over(again, server) -> None:
    server.answers["/x"] = answers(json_answer({"n": 1}), json_answer({"n": 2}))
    again(*cached(server), input={"region": "eu"})
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert again().output == {"got": {"n": 2}}


def test_failures_are_not_kept(again, server) -> None:
    server.answers["/x"] = answers(Answer(500), json_answer({"n": 2}))

    assert again(*cached(server), input={"region": "eu"}).status == "FAILED"
    assert again().output == {"got": {"n": 2}}


def test_an_old_result_serves_after_a_failure_if_the_step_says_so(again, server) -> None:
    server.answers["/x"] = answers(json_answer({"n": 1}), Answer(500))
    again(*cached(server, stale_if_error=True), input={"region": "eu"})
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(days=1))

    job = again()

    assert (job.status, job.output) == ("SUCCESS", {"got": {"n": 1}})
    assert "old cached result" in runs(job)["fetch"].log
    assert len(server.seen) == 2


def test_an_old_result_waits_for_the_last_retry_and_for_an_open_circuit(again, server) -> None:
    server.answers["/x"] = answers(json_answer({"n": 1}), Answer(500))
    steps = cached(server, stale_if_error=3600)
    steps[0] |= {"retry": {"retries": 2, "delay": 0}, "circuit_breaker": {**BREAKER, "threshold": 3}}
    again(*steps, input={"region": "eu"})
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    retried, unasked = again(), again()

    assert (retried.output, unasked.output) == ({"got": {"n": 1}}, {"got": {"n": 1}})
    assert len(server.seen) == 1 + 3
    assert len(runs(retried)["fetch"].attempts) == 3


def test_without_stale_if_error_a_failure_is_a_failure(again, server) -> None:
    server.answers["/x"] = answers(json_answer({"n": 1}), Answer(500))
    again(*cached(server), input={"region": "eu"})
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert again().status == "FAILED"


def test_many_misses_at_once_ask_once(start, server) -> None:
    server.answers["/x"] = Answer(write=lambda handler: slow_json(handler, b'{"n": 1}'))
    job = start(*cached(server), input={"region": "eu"})
    for _ in range(7):
        another(job)

    jobs = together(8)

    assert len(server.seen) == 1
    assert {job.output["got"]["n"] for job in jobs} == {1}


def slow_json(handler, body: bytes) -> None:
    threading.Event().wait(0.4)
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def test_when_the_first_one_fails_another_asks(acme: Organization) -> None:
    slot = cache.Slot(acme.id, acme.id, "fetch", "k", {}, ttl=60, stale=0)
    fill = cache.look(slot, job=acme.id, patience=60)
    with pytest.raises(cache.Filling):
        cache.look(slot, job=acme.id, patience=60)

    cache.give_up(fill)

    assert isinstance(cache.look(slot, job=acme.id, patience=60), cache.Fill)


def test_a_worker_that_is_lost_does_not_keep_others_from_asking(acme: Organization) -> None:
    slot = cache.Slot(acme.id, acme.id, "fetch", "k", {}, ttl=60, stale=0)
    cache.look(slot, job=acme.id, patience=60)
    CacheEntry.objects.update(fill_until=timezone.now() - timedelta(seconds=1))

    assert isinstance(cache.look(slot, job=acme.id, patience=60), cache.Fill)


def test_changed_settings_make_another_result(again, server) -> None:
    server.answers["/x"] = answers(json_answer({"n": 1}), json_answer({"n": 2}))
    job = again(*cached(server), input={"region": "eu"})
    definition = dict(job.version.definition)
    definition["steps"][0]["config"]["query"] = {"page": "2"}
    changed = WorkflowVersion.objects.create(workflow=job.workflow, number=2, definition=definition, checksum="2")
    Job.objects.filter(id=another(job).id).update(version=changed)

    (job,) = together(1)

    assert job.output == {"got": {"n": 2}}


def test_large_results_live_as_long_as_the_cache(again, server, settings) -> None:
    settings.OFFLOAD_CHARACTERS = 1000
    server.answers["/x"] = json_answer(["y" * 4000])
    step, _ = cached(server)
    first = again(step, output({"n": "len(fetch[0])"}, after=["fetch"]), input={"region": "eu"})
    FileUse.objects.filter(job_id=first.id).delete()

    second = again()

    assert (second.output, len(server.seen)) == ({"n": 4000}, 1)
    assert FileUse.objects.filter(job_id=second.id).exists()


def test_the_cache_is_cleared_over_the_api_within_the_organisation(again, server, client, acme: Organization) -> None:
    server.answers["/x"] = answers(json_answer({"n": 1}), json_answer({"n": 2}))
    job = again(*cached(server), input={"region": "eu"})
    foreign = {"X-API-Key": make_api_key(make_organization("globex"), scope="admin")}
    own = {"X-API-Key": make_api_key(acme, scope="execute")}
    address = "/api/cache/clear/"

    assert client.post(address, {}, content_type="application/json", headers=foreign).json() == {"cleared": 0}
    assert again().output == {"got": {"n": 1}}
    body = {"workflow": str(job.workflow_id), "step": "fetch"}
    assert client.post(address, body, content_type="application/json", headers=own).json() == {"cleared": 1}
    assert again().output == {"got": {"n": 2}}


def test_old_entries_are_swept(again, server) -> None:
    server.answers["/x"] = json_answer({"n": 1})
    again(*cached(server), input={"region": "eu"})
    assert cache.sweep() == 0
    CacheEntry.objects.update(keep_until=timezone.now() - timedelta(seconds=1))

    assert cache.sweep() == 1
    assert not CacheEntry.objects.exists()

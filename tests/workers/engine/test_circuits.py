"""Circuits, through the engine and over the API, with many jobs at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from backend.accounts.models import Organization
from backend.common.ids import uuid7
from backend.guards import circuits
from backend.guards.holders import Holder
from backend.guards.models import Circuit
from backend.jobs import store
from backend.jobs.models import Job
from tests.backend.factories import make_api_key, make_organization
from tests.http_server import Answer
from tests.workers.engine.conftest import another, answers, call, json_answer, kill, together

pytestmark = pytest.mark.django_db(transaction=True)

BREAKER = {"threshold": 5, "timeout": 60, "half_open": 3}


def the_circuit() -> Circuit:
    return Circuit.objects.get()


def wait_over(seconds: float = 61) -> None:
    Circuit.objects.update(changed_at=timezone.now() - timedelta(seconds=seconds))


def error_types(jobs: list[Job]) -> set[str]:
    return {job.error["type"] if job.error else "none" for job in jobs}


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


def attempt(job: UUID | None = None, *, epoch: int = 1, path: str = "fetch") -> Holder:
    return Holder(job or uuid7(), epoch, path)


@pytest.fixture
def target(acme: Organization) -> circuits.Target:
    """It has been open for so long that it may be tried once."""
    made = circuits.Target(acme.id, "connector:crm", "CRM", threshold=1, timeout=1, half_open=1)
    circuits.failed(circuits.admit(made, holder=attempt()), error="no answer")
    wait_over(2)
    return made


def test_trials_without_an_answer_do_not_keep_it_half_open_for_ever(target: circuits.Target) -> None:
    lost = circuits.admit(target, holder=attempt())
    with pytest.raises(circuits.CircuitOpen, match=r"half open .* on their way"):
        circuits.admit(target, holder=attempt())

    wait_over(61)
    second = circuits.admit(target, holder=attempt())
    circuits.failed(lost, error="too late to count")
    circuits.succeeded(second)

    assert the_circuit().state == "closed"


def test_a_trial_that_is_not_made_is_free_for_another(target: circuits.Target) -> None:
    circuits.returned(circuits.admit(target, holder=attempt()))

    assert circuits.admit(target, holder=attempt()).round is not None


def test_a_step_takes_the_trial_over_that_it_began_under_an_earlier_owner(target: circuits.Target) -> None:
    job = uuid7()
    lost = circuits.admit(target, holder=attempt(job))
    for other in (attempt(job, epoch=2, path="other"), attempt(job), attempt(epoch=2)):
        with pytest.raises(circuits.CircuitOpen):
            circuits.admit(target, holder=other)

    second = circuits.admit(target, holder=attempt(job, epoch=2))
    circuits.failed(lost, error="too late to count")
    circuits.returned(lost)
    assert (the_circuit().state, the_circuit().probes) == ("half_open", 1)
    circuits.succeeded(second)

    assert the_circuit().state == "closed"


def test_calls_that_a_step_makes_at_once_are_trials_of_their_own(target: circuits.Target) -> None:
    target = replace(target, half_open=3)
    holder = attempt()
    calls = [circuits.admit(target, holder=holder) for _ in range(3)]
    with pytest.raises(circuits.CircuitOpen):
        circuits.admit(target, holder=attempt())

    circuits.returned(calls[0])
    calls.append(circuits.admit(target, holder=attempt()))
    for call_made in calls[1:]:
        circuits.succeeded(call_made)

    assert the_circuit().state == "closed"


def test_trials_of_an_older_version_wait_for_their_time(target: circuits.Target) -> None:
    circuits.admit(target, holder=attempt())
    Circuit.objects.update(trials=None)

    with pytest.raises(circuits.CircuitOpen):
        circuits.admit(target, holder=attempt())
    wait_over(61)
    assert circuits.admit(target, holder=attempt()).round is not None


def test_a_job_whose_worker_was_killed_in_a_trial_tries_again(again, worker, other_worker, server) -> None:
    server.answers["/x"] = answers(Answer(500), lambda _: kill(worker), json_answer({"n": 1}))
    step = call("fetch", f"{server.url}/x", circuit_breaker={"threshold": 1, "timeout": 2, "half_open": 1})
    job = another(again(step))
    wait_over(3)
    with pytest.raises(store.LeaseLost):
        worker.advance()
    assert the_circuit().state == "half_open"

    other_worker.advance()

    job.refresh_from_db()
    assert (job.status, job.error, len(server.seen)) == ("SUCCESS", None, 3)
    assert (the_circuit().state, the_circuit().trials) == ("closed", [])


def test_circuits_of_organisations_and_steps_are_their_own(again, server, acme: Organization) -> None:
    server.answers["/x"] = Answer(500)
    server.answers["/y"] = json_answer({})
    once = {**BREAKER, "threshold": 1}
    again(call("fetch", f"{server.url}/x", circuit_breaker=once))

    other = again(call("fetch", f"{server.url}/y", circuit_breaker=once))

    assert other.status == "SUCCESS"
    foreign = circuits.Target(make_organization("globex").id, the_circuit().key, "", 1, 60, 1)
    assert circuits.admit(foreign, holder=attempt()).round is None


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

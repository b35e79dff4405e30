"""The step cache, through the engine and over the API, with many jobs at once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from backend.accounts.models import Organization
from backend.common.ids import uuid7
from backend.files.models import FileUse
from backend.guards import cache
from backend.guards.holders import Holder
from backend.guards.models import CacheEntry
from backend.jobs import store
from backend.jobs.models import Job
from backend.workflows.models import WorkflowVersion
from tests.backend.factories import make_api_key, make_organization
from tests.http_server import Answer
from tests.workers.engine.conftest import Worker, another, answers, call, json_answer, kill, output, runs, together

pytestmark = pytest.mark.django_db(transaction=True)

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
    steps[0] |= {
        "retry": {"retries": 2, "delay": 0},
        "circuit_breaker": {"threshold": 3, "timeout": 60, "half_open": 3},
    }
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


def attempt(epoch: int = 1) -> Holder:
    return Holder(uuid7(), epoch, "fetch")


def look(slot: cache.Slot, holder: Holder, *, stands: bool = True) -> cache.Kept | cache.Fill:
    return cache.look(slot, holder=holder, patience=60, stands=lambda _job, _epoch: stands)


@pytest.fixture
def slot(acme: Organization) -> cache.Slot:
    return cache.Slot(acme.id, acme.id, "fetch", "k", {}, ttl=60, stale=0)


def test_when_the_first_one_fails_another_asks(slot: cache.Slot) -> None:
    fill = look(slot, attempt())
    with pytest.raises(cache.Filling):
        look(slot, attempt())

    cache.give_up(fill)

    assert isinstance(look(slot, attempt()), cache.Fill)


def test_an_attempt_without_an_end_keeps_others_from_asking_for_its_time_only(slot: cache.Slot) -> None:
    look(slot, attempt())
    CacheEntry.objects.update(fill_until=timezone.now() - timedelta(seconds=1))

    assert isinstance(look(slot, attempt()), cache.Fill)


def test_a_lease_that_is_over_keeps_nobody_from_asking_and_its_late_end_changes_nothing(slot: cache.Slot) -> None:
    lost = look(slot, attempt())

    look(slot, attempt(), stands=False)
    cache.give_up(lost)

    with pytest.raises(cache.Filling):
        look(slot, attempt())


def test_an_entry_of_an_older_version_waits_for_its_time(slot: cache.Slot) -> None:
    look(slot, attempt())
    CacheEntry.objects.update(filler=uuid7().hex)

    with pytest.raises(cache.Filling):
        look(slot, attempt(), stands=False)


@pytest.fixture
def interrupted(start, server, worker) -> Job:
    """A job whose worker was killed while the step asked."""
    server.answers["/x"] = answers(lambda _: kill(worker), json_answer({"n": 1}))
    fetch, got = cached(server)
    job = start({**fetch, "timeout": 10}, got, input={"region": "eu"})
    with pytest.raises(store.LeaseLost):
        worker.advance()
    return job


def at_once(worker: Worker, job: Job) -> Job:
    """Advances the job, which waits for nobody's time to be over."""
    began = time.monotonic()
    worker.advance()
    assert time.monotonic() - began < 5
    job.refresh_from_db()
    return job


def test_the_next_owner_of_a_job_asks_at_once_and_serves_all_who_wait(interrupted, server, other_worker) -> None:
    job = at_once(other_worker, interrupted)
    another(job)
    (other,) = together(1)

    assert (job.status, job.output, other.output) == ("SUCCESS", {"got": {"n": 1}}, {"got": {"n": 1}})
    assert len(server.seen) == 2


def test_other_jobs_do_not_wait_for_a_worker_that_is_gone(interrupted, server, other_worker) -> None:
    Job.objects.filter(id=interrupted.id).update(due_at=timezone.now() + timedelta(hours=1))

    job = at_once(other_worker, another(interrupted))

    assert (job.status, job.output) == ("SUCCESS", {"got": {"n": 1}})
    assert len(server.seen) == 2


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

"""Steps that undo others when the job does not succeed: in reverse order, once, whatever happens meanwhile."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from backend.jobs import selectors, serializers, store
from backend.jobs.models import Job
from backend.jobs.retrying import RetryAsked, job_retry
from backend.jobs.services import job_cancel
from backend.workflows.documents import report
from tests.workers.engine.conftest import Answer, Worker, answers, call, json_answer, lose, paths, runs, statuses, value

pytestmark = pytest.mark.django_db(transaction=True)


def saga(server, **last: object) -> list[dict]:
    """reserve (undone by release) → charge (undone by refund) → confirm."""
    return [
        call("reserve", f"{server.url}/reserve", compensate="release"),
        call("charge", f"{server.url}/charge", after=["reserve"], compensate="refund"),
        call("confirm", f"{server.url}/confirm", after=["charge"], **last),
        call("release", f"{server.url}/release", config={"body": {"id": "{{ reserve.id }}"}}),
        call("refund", f"{server.url}/refund", config={"body": {"id": "{{ charge.id }}"}}),
    ]


@pytest.fixture(autouse=True)
def all_well(server) -> None:
    for name in ("reserve", "charge", "confirm", "release", "refund"):
        server.answers[f"/{name}"] = json_answer({"id": f"{name}-1"})


def test_compensations_run_in_reverse_order_with_what_their_steps_gave(run, server) -> None:
    server.answers["/confirm"] = Answer(404)

    job = run(*saga(server))

    assert (job.status, job.error["step"], job.error["type"]) == ("FAILED", "confirm", "http_404")
    assert paths(server) == ["/reserve", "/charge", "/confirm", "/refund", "/release"]
    assert [seen.body for seen in server.seen[3:]] == [b'{"id": "charge-1"}', b'{"id": "reserve-1"}']
    shown = serializers.job_detail(selectors.job_get(job.organization, job.id))["steps"]
    assert {step["path"]: step["compensates"] for step in shown if step["compensates"]} == {
        "refund": "charge",
        "release": "reserve",
    }


def test_a_job_that_succeeds_undoes_nothing(run, server) -> None:
    job = run(*saga(server))

    assert job.status == "SUCCESS"
    assert paths(server) == ["/reserve", "/charge", "/confirm"]


def test_after_all_retries(run, server) -> None:
    server.answers["/confirm"] = Answer(500)

    run(*saga(server, retry={"retries": 2, "delay": 0}))

    assert paths(server) == ["/reserve", "/charge", *["/confirm"] * 3, "/refund", "/release"]


def test_a_compensation_that_fails_is_told_and_the_others_run(run, server) -> None:
    server.answers["/confirm"], server.answers["/refund"] = Answer(404), Answer(500)

    job = run(*saga(server))

    assert (job.status, job.error["step"]) == ("FAILED", "confirm")
    assert paths(server)[-2:] == ["/refund", "/release"]
    assert [(warning["step"], warning["message"][:25]) for warning in job.warnings] == [
        ("refund", "Compensation incomplete: ")
    ]
    assert statuses(job)["refund"] == "failed"


def test_a_compensation_is_tried_again_as_it_says(run, server) -> None:
    server.answers["/confirm"] = Answer(404)
    server.answers["/refund"] = answers(Answer(500), json_answer({}))
    steps = saga(server)
    steps[4]["retry"] = {"retries": 1, "delay": 0}

    job = run(*steps)

    assert statuses(job)["refund"] == "success"
    assert job.warnings == []


def test_in_loops_each_iteration_is_undone(run, server) -> None:
    server.answers["/confirm"] = Answer(404)
    job = run(
        {"id": "each", "type": "loop", "config": {"items": ["a", "b"]}},
        call("reserve", f"{server.url}/reserve", parent="each", compensate="release"),
        call("release", f"{server.url}/release", parent="each", config={"body": {"item": "{{ item }}"}}),
        call("confirm", f"{server.url}/confirm", after=["each"]),
    )

    assert [seen.body for seen in server.seen[3:]] == [b'{"item": "b"}', b'{"item": "a"}']
    assert runs(job)["each[0].release"].status == "success"


# --- cancelling ------------------------------------------------------------------------------------------------------


def test_a_job_that_is_cancelled_while_it_runs_is_undone(start, server, worker) -> None:
    asked = threading.Event()

    def hang(handler) -> None:
        asked.set()
        handler.server.stopping.wait(20)

    server.answers["/confirm"] = Answer(write=hang)
    job = start(*saga(server))

    def cancel() -> None:
        asked.wait(10)
        job_cancel(Job.objects.get(id=job.id))
        worker.signals.cancel.set()
        connection.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    worker.advance()
    thread.join()

    job.refresh_from_db()
    assert job.status == "CANCELLED"
    assert paths(server) == ["/reserve", "/charge", "/confirm", "/refund", "/release"]
    assert statuses(job)["confirm"] == "cancelled"


def test_a_job_that_is_cancelled_while_it_waits_is_undone(start, server, worker) -> None:
    steps = saga(server)
    steps[2] = {"id": "confirm", "type": "approval", "after": ["charge"]}
    job = start(*steps)
    worker.advance()

    job_cancel(Job.objects.get(id=job.id), reason="no")
    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.cancel_reason) == ("CANCELLED", "no")
    assert paths(server) == ["/reserve", "/charge", "/refund", "/release"]


def test_a_job_that_runs_out_of_time_is_undone(run, server) -> None:
    server.answers["/confirm"] = Answer(write=lambda handler: handler.server.stopping.wait(20))

    job = run(*saga(server), settings={"timeout": 1})

    assert job.status == "TIMED_OUT"
    assert paths(server)[-2:] == ["/refund", "/release"]


# --- crashes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["fails", "is cancelled"])
@pytest.mark.parametrize("at", ["/refund", "/release"])
def test_a_crash_in_the_middle_goes_on_where_it_was(start, server, worker, at, ends) -> None:
    def end(_: object) -> None:
        store_cancelled(job)
        worker.signals.cancel.set()
        connection.close()

    def store_cancelled(job: Job) -> None:
        job_cancel(Job.objects.get(id=job.id))

    server.answers["/confirm"] = Answer(404) if ends == "fails" else answers(end)
    server.answers[at] = answers(lambda _: lose(worker), json_answer({}))
    job = start(*saga(server))
    with pytest.raises(store.LeaseLost):
        worker.advance()

    other = Worker()
    other.advance()
    other.close()

    job.refresh_from_db()
    assert job.status == ("FAILED" if ends == "fails" else "CANCELLED")
    after = paths(server)[3:]
    assert after == (["/refund", "/refund", "/release"] if at == "/refund" else ["/refund", "/release", "/release"])
    keys = {seen.headers["idempotency-key"] for seen in server.seen if seen.path == at}
    assert len(keys) == 1


def test_waiting_for_another_try_of_a_compensation_is_no_endless_waking(start, server, worker) -> None:
    server.answers["/refund"] = answers(Answer(503, {"Retry-After": "600"}), json_answer({}))
    steps = saga(server)
    steps[2] = {"id": "confirm", "type": "approval", "after": ["charge"]}
    steps[4]["retry"] = {"retries": 1, "jitter": False}
    job = start(*steps)
    worker.advance()
    job_cancel(Job.objects.get(id=job.id))

    worker.advance()

    job.refresh_from_db()
    assert job.status == "WAITING"
    assert not store.anything_due()
    assert statuses(job)["refund"] == "waiting"


def test_a_group_can_undo(run, server) -> None:
    server.answers["/confirm"] = Answer(404)
    job = run(
        value("a", "1", compensate="back"),
        call("confirm", f"{server.url}/confirm", after=["a"]),
        {"id": "back", "type": "group"},
        call("release", f"{server.url}/release", parent="back"),
        call("refund", f"{server.url}/refund", parent="back", after=["release"]),
    )

    assert paths(server) == ["/confirm", "/release", "/refund"]
    assert statuses(job)["back"] == "success"


@pytest.mark.parametrize("failing", ["the loop", "what follows"])
def test_a_crash_while_a_loop_is_undone(start, server, worker, failing) -> None:
    server.answers["/confirm"] = Answer(404)
    server.answers["/release"] = answers(lambda _: lose(worker), json_answer({}))
    last = {"parent": "each", "after": ["reserve"]} if failing == "the loop" else {"after": ["each"]}
    items = ["a"] if failing == "the loop" else ["a", "b"]
    job = start(
        {"id": "each", "type": "loop", "config": {"items": items}},
        call("reserve", f"{server.url}/reserve", parent="each", compensate="release"),
        call("release", f"{server.url}/release", parent="each", config={"body": {"i": "{{ item }} {{ reserve.id }}"}}),
        call("confirm", f"{server.url}/confirm", **last),
    )
    with pytest.raises(store.LeaseLost):
        worker.advance()

    other = Worker()
    other.advance()
    other.close()

    job.refresh_from_db()
    assert job.status == "FAILED"
    undone = [seen.body for seen in server.seen if seen.path == "/release"]
    expected = [b'{"i": "b reserve-1"}'] * 2 + [b'{"i": "a reserve-1"}']
    assert undone == (expected if failing == "what follows" else [b'{"i": "a reserve-1"}'] * 2)


def test_a_crash_after_a_group_leaves_what_it_gave(start, server, worker) -> None:
    server.answers["/confirm"] = answers(lambda _: lose(worker), Answer(404))
    job = start(
        {"id": "both", "type": "group"},
        call("reserve", f"{server.url}/reserve", parent="both", compensate="release"),
        call("confirm", f"{server.url}/confirm", after=["both"], config={"body": {"id": "{{ reserve.id }}"}}),
        call("release", f"{server.url}/release", config={"body": {"id": "{{ reserve.id }}"}}),
    )
    with pytest.raises(store.LeaseLost):
        worker.advance()

    other = Worker()
    other.advance()
    other.close()

    job.refresh_from_db()
    assert job.status == "FAILED"
    assert [seen.body for seen in server.seen[1:]] == [b'{"id": "reserve-1"}'] * 3
    assert paths(server)[-1] == "/release"


@pytest.mark.parametrize("asked", [{"from_failed": True}, {"from_step": "confirm"}])
def test_what_was_undone_is_done_again_in_a_retry(run, server, worker, asked) -> None:
    server.answers["/confirm"] = answers(Answer(404), json_answer({"id": "confirm-1"}))
    job = run(*saga(server))
    server.seen.clear()

    again = job_retry(job, RetryAsked(**asked))
    worker.advance()

    again.refresh_from_db()
    assert again.status == "SUCCESS"
    assert paths(server) == ["/reserve", "/charge", "/confirm"]


def test_what_could_not_be_undone_stands_in_a_retry(run, server, worker) -> None:
    server.answers["/confirm"] = answers(Answer(404), json_answer({"id": "confirm-1"}))
    server.answers["/release"] = Answer(404)
    steps = saga(server)
    steps[1].pop("after")
    job = run(*steps)
    assert sorted(paths(server)[-2:]) == ["/refund", "/release"]
    server.seen.clear()

    job_retry(job, RetryAsked(from_failed=True))
    worker.advance()

    assert paths(server) == ["/charge", "/confirm"]


def test_a_group_that_undoes_does_so_again_after_a_retry_and_knows_what_it_undoes(run, server, worker) -> None:
    server.answers["/confirm"] = Answer(404)
    steps = [
        call("charge", f"{server.url}/charge", compensate="back"),
        call("confirm", f"{server.url}/confirm", after=["charge"]),
        {"id": "back", "type": "group"},
        call("refund", f"{server.url}/refund", parent="back", config={"body": {"id": "{{ charge.id }}"}}),
    ]
    assert not report({"stepgraph": 1, "name": "Saga", "steps": steps}).errors
    job = run(*steps)
    assert paths(server) == ["/charge", "/confirm", "/refund"]
    assert server.seen[2].body == b'{"id": "charge-1"}'

    again = job_retry(job, RetryAsked(from_failed=True))
    worker.advance()

    again.refresh_from_db()
    assert again.status == "FAILED"
    assert paths(server) == ["/charge", "/confirm", "/refund"] * 2

"""Workflows as steps of others: isolation, versions, failures, depth, ends."""

from __future__ import annotations

import time

import pytest

from backend.jobs import control, selectors, serializers, store, waits
from backend.jobs.models import Job, StepWait
from backend.jobs.services import job_cancel
from tests.workers.engine.conftest import (
    Answer,
    answers,
    call,
    finish,
    json_answer,
    lose,
    output,
    runs,
    statuses,
    subflow,
    told,
)

pytestmark = pytest.mark.django_db(transaction=True)


def child_of(job: Job) -> Job:
    return Job.objects.get(parent=job)


DOUBLE = output({"twice": "n * 2", "foreign": "input.get('secret')"})
NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def test_a_child_gets_its_inputs_and_gives_its_output(start, worker, publish) -> None:
    publish("double", DOUBLE, inputs=NUMBER)
    job = start(
        subflow("sub", "double", inputs={"n": "{{ input.n + 1 }}"}),
        output({"result": "sub.twice", "foreign": "sub.foreign"}, after=["sub"]),
        input={"n": 20, "secret": "x"},
    )

    finish(worker, job)

    assert (job.status, job.output) == ("SUCCESS", {"result": 42, "foreign": None})
    child = child_of(job)
    assert (child.triggered_by, child.parent_path, child.depth) == ("SUBFLOW", "sub", 1)
    assert child.input == {"n": 21}
    shown = serializers.job_detail(selectors.job_get(job.organization, job.id))["steps"][0]
    assert shown["child"] == str(child.id)
    assert StepWait.objects.count() == 0


def test_a_waiting_parent_names_the_child_and_holds_no_worker(start, worker, publish) -> None:
    publish("double", DOUBLE)
    job = start(subflow("sub", "double", inputs={"n": 1}))

    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.lease_owner) == ("WAITING", None)
    (waiting,) = serializers.job_detail(selectors.job_get(job.organization, job.id))["waiting"]
    assert (waiting["signal"], waiting["step"]) == ("child", "sub")
    assert "double" in waiting["reason"]


def test_fire_and_forget_goes_on_at_once(start, worker, publish) -> None:
    publish("double", DOUBLE)
    job = start(subflow("sub", "double", inputs={"n": 1}, wait=False), output({"job": "sub.job"}, after=["sub"]))

    worker.advance()

    job.refresh_from_db()
    child = child_of(job)
    assert (job.status, job.output) == ("SUCCESS", {"job": str(child.id)})
    assert child.status == "QUEUED"
    assert control.cancel_forsaken() == 0


def test_a_missing_input_fails_before_the_child_starts(start, worker, publish) -> None:
    publish("double", DOUBLE, inputs=NUMBER)
    job = start(subflow("sub", "double"))

    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.error["type"]) == ("FAILED", "validation")
    assert "'n' is a required property" in job.error["message"]
    assert not Job.objects.filter(parent=job).exists()


@pytest.mark.parametrize(("config", "words"), [({"workflow": "nowhere"}, "nowhere"), ({"version": 7}, "version 7")])
def test_what_cannot_be_started_says_why(start, worker, publish, config, words) -> None:
    publish("double", DOUBLE)
    job = start(subflow("sub", **{"workflow": "double", **config}))

    worker.advance()

    job.refresh_from_db()
    assert job.status == "FAILED"
    assert words in job.error["message"]


def test_a_child_that_fails_fails_the_step_with_its_error(start, worker, publish, server) -> None:
    server.answers["/bad"] = Answer(404)
    publish("broken", call("fetch", f"{server.url}/bad"))
    job = start(
        subflow("sub", "broken"),
        output({"why": "errors.sub.message", "type": "errors.sub.type", "sub": "sub"}, after=["sub.error"]),
    )

    finish(worker, job)

    assert job.output["type"] == "http_404"
    assert "“fetch”" in job.output["why"]
    assert job.output["sub"] is None
    assert str(child_of(job).id) in runs(job)["sub"].error["hint"]


def test_the_latest_published_version_or_a_pinned_one(start, worker, publish) -> None:
    publish("which", output({"v": "1"}))
    publish("which", output({"v": "2"}))
    job = start(
        subflow("latest", "which"),
        subflow("pinned", "which", version=1),
        output({"latest": "latest.v", "pinned": "pinned.v"}, after=["latest", "pinned"]),
    )

    finish(worker, job)

    assert job.output == {"latest": 2, "pinned": 1}


def test_workflows_that_start_each_other_end_at_the_deepest_level(start, worker, publish) -> None:
    publish("ping", subflow("go", "pong"))
    publish("pong", subflow("go", "ping"))
    job = start(subflow("go", "ping"))

    finish(worker, job, most=200)

    assert job.status == "FAILED"
    assert "ping → pong" in job.error["message"]
    assert Job.objects.filter(workflow__slug__in=["ping", "pong"]).count() == 32


def test_cancelling_the_parent_cancels_its_children(start, worker, publish) -> None:
    publish("inner", {"id": "rest", "type": "wait", "config": {"seconds": 3600}})
    publish("outer", subflow("deeper", "inner"))
    job = start(subflow("sub", "outer"))
    for _ in range(3):
        worker.advance()

    job_cancel(Job.objects.get(id=job.id), reason="enough")

    assert set(Job.objects.values_list("status", flat=True)) == {"CANCELLED"}


def test_a_child_that_is_cancelled_fails_the_step(start, worker, publish) -> None:
    publish("inner", {"id": "rest", "type": "wait", "config": {"seconds": 3600}})
    job = start(subflow("sub", "inner"))
    for _ in range(2):
        worker.advance()

    job_cancel(child_of(job))
    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.error["type"]) == ("FAILED", "child_cancelled")


def test_the_time_limit_of_the_step_cancels_the_child(start, worker, publish) -> None:
    publish("inner", {"id": "rest", "type": "wait", "config": {"seconds": 3600}})
    job = start(subflow("sub", "inner", options={"timeout": 0.3, "on_error": "continue"}))
    worker.advance()
    time.sleep(0.3)
    finish(worker, job)
    control.cancel_forsaken()

    assert job.status == "SUCCESS"
    assert child_of(job).cancel_requested_at is not None


def test_a_retry_starts_another_child_and_does_not_listen_to_the_first(start, worker, publish, server) -> None:
    server.answers["/flaky"] = Answer(500)
    publish("flaky", call("fetch", f"{server.url}/flaky"))
    job = start(subflow("sub", "flaky", options={"retry": {"retries": 1, "delay": 0}}))
    for _ in range(3):
        worker.advance()
    server.answers["/flaky"] = json_answer({})

    finish(worker, job)

    assert job.status == "SUCCESS"
    assert sorted(Job.objects.filter(parent=job).values_list("status", flat=True)) == ["FAILED", "SUCCESS"]


def test_subflows_in_a_parallel_loop(start, worker, publish) -> None:
    publish("double", DOUBLE, inputs=NUMBER)
    job = start(
        {"id": "each", "type": "loop", "config": {"items": [1, 2, 3, 4], "concurrency": 3}},
        subflow("sub", "double", options={"parent": "each"}, inputs={"n": "{{ item }}"}),
        output({"all": "[r.twice for r in each]"}, after=["each"]),
    )

    finish(worker, job)

    assert job.output == {"all": [2, 4, 6, 8]}
    assert Job.objects.filter(parent=job).count() == 4
    assert statuses(job)["each[3].sub"] == "success"


def test_a_child_is_created_once_although_the_owner_is_lost(start, worker, publish, monkeypatch) -> None:
    publish("double", DOUBLE)
    job = start(subflow("sub", "double", inputs={"n": 2}), output({"n": "sub.twice"}, after=["sub"]))
    honest = store.checkpoint

    def lose(*args, **named):
        honest(*args, **named)
        raise store.LeaseLost

    monkeypatch.setattr(store, "checkpoint", lose)
    with pytest.raises(store.LeaseLost):
        worker.advance()
    monkeypatch.setattr(store, "checkpoint", honest)
    store.worker_forget(worker.id)
    store.free_orphans()

    finish(worker, job)

    assert job.output == {"n": 4}
    assert Job.objects.filter(parent=job).count() == 1


@pytest.mark.parametrize("ends", ["fails", "is cancelled"])
def test_a_child_is_not_started_again_for_a_parent_that_is_being_undone(
    start, server, worker, other_worker, publish, ends
) -> None:
    publish("slow", {"id": "rest", "type": "wait", "config": {"seconds": 3600}})
    undo = answers(lambda _: lose(worker), json_answer({}))
    server.answers |= {"/book": json_answer({}), "/undo": undo, "/bad": Answer(404)}
    job = start(
        call("book", f"{server.url}/book", compensate="undo"),
        call("undo", f"{server.url}/undo"),
        subflow("sub", "slow", options={"after": ["book"]}),
        {"id": "rest", "type": "wait", "after": ["book"], "config": {"seconds": 3600}},
        call("bad", f"{server.url}/bad", after=["rest"]),
    )
    worker.advance()
    worker.advance()  # the child
    if ends == "fails":
        assert waits.deliver(job.id, "rest", "now")
    else:
        assert job_cancel(Job.objects.get(id=job.id))
    with pytest.raises(store.LeaseLost):
        worker.advance()
    before = runs(job)["sub"]

    finish(other_worker, job)

    assert job.status == ("FAILED" if ends == "fails" else "CANCELLED")
    assert Job.objects.filter(parent=job).count() == 1
    after = runs(job)["sub"]
    assert (after.status, after.ended_at, after.attempts) == ("cancelled", before.ended_at, before.attempts)
    assert [event["path"] for event in told(job) if event["type"] == "step.cancelled"].count("sub") == 1


def test_map_reduce_over_child_jobs_keeps_the_order_and_collects_what_fails(start, worker, publish) -> None:
    publish("upper", output({"words": "[word.upper() for word in input.words if 10 / len(word)]"}))
    words = [[f"w{chunk}{n}" for n in range(5)] for chunk in range(12)]
    words[7][2] = ""
    job = start(
        {
            "id": "chunks",
            "type": "loop",
            "config": {"items": "{{ input.chunks }}", "concurrency": 4, "on_item_error": "collect"},
        },
        subflow("map", "upper", inputs={"words": "{{ item }}"}, options={"parent": "chunks"}),
        output({"all": "[word for part in chunks for word in part.words]", "bad": "loop.errors"}, after=["chunks"]),
        input={"chunks": words},
    )

    finish(worker, job)

    assert job.status == "SUCCESS"
    assert job.output["all"] == [word.upper() for index, part in enumerate(words) if index != 7 for word in part]
    assert [error["index"] for error in job.output["bad"]] == [7]
    assert Job.objects.filter(parent=job).count() == 12

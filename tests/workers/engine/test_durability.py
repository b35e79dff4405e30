"""Leases, crashes, retries and cancelling: nothing lost, nothing done twice that was recorded."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from backend.jobs import control, store, waits
from backend.jobs.models import Job
from backend.jobs.services import job_cancel
from tests.workers.engine.conftest import (
    Answer,
    Worker,
    answers,
    call,
    events,
    frozen,
    json_answer,
    lose,
    make_due,
    output,
    paths,
    runs,
    statuses,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_after_a_crash_results_are_reused_and_the_interrupted_step_is_repeated(
    start, server, worker, other_worker
) -> None:
    server.answers["/one"] = json_answer({"n": 1})
    server.answers["/two"] = answers(lambda _: lose(worker), json_answer({"n": 2}))
    server.answers["/three"] = json_answer({"n": 3})
    job = start(
        call("one", f"{server.url}/one"),
        value("pure", "one.n + 1", after=["one"]),
        call("two", f"{server.url}/two", after=["pure"]),
        call("three", f"{server.url}/three", after=["two"]),
        output({"all": "[one.n, pure.value, two.n, three.n]"}, after=["three"]),
    )

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    job.refresh_from_db()
    assert (job.status, job.output) == ("SUCCESS", {"all": [1, 2, 2, 3]})
    assert paths(server) == ["/one", "/two", "/two", "/three"]
    assert [attempt["error"] and attempt["error"]["type"] for attempt in runs(job)["two"].attempts] == [
        "interrupted",
        None,
    ]
    assert len({seen.headers["idempotency-key"] for seen in server.seen if seen.path == "/two"}) == 1
    assert events(job).count("step.completed") == 5


def test_a_zombie_changes_nothing(start, server, worker, other_worker) -> None:
    server.answers["/a"] = answers(lambda _: lose(worker), json_answer({"by": "new owner"}))
    job = start(call("a", f"{server.url}/a"))

    with pytest.raises(store.LeaseLost):
        worker.advance()

    assert runs(job)["a"].status == "running"
    other_worker.advance()
    assert runs(job)["a"].output == {"by": "new owner"}


def test_a_crash_inside_a_loop_goes_on_in_the_same_iteration(start, server, worker, other_worker) -> None:
    server.answers["/item"] = answers(json_answer({}), json_answer({}), lambda _: lose(worker), json_answer({}))
    job = start(
        {"id": "each", "type": "loop", "config": {"items": [1, 2, 3, 4]}},
        call("send", f"{server.url}/item", parent="each", config={"body": {"n": "{{ item }}"}}),
        output({"n": "len(each)"}, after=["each"]),
    )

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    job.refresh_from_db()
    assert job.output == {"n": 4}
    assert [seen.body for seen in server.seen] == [b'{"n": %d}' % n for n in (1, 2, 3, 3, 4)]
    assert events(job).count("step.progress") == 4


def test_an_interrupted_step_that_must_not_repeat_fails(start, server, worker, other_worker) -> None:
    server.answers["/pay"] = answers(lambda _: lose(worker), json_answer({}))
    job = start(call("pay", f"{server.url}/pay", on_interrupt="fail"))

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    job.refresh_from_db()
    assert job.status == "FAILED"
    assert job.error["type"] == "interrupted"
    assert len(server.seen) == 1


def test_a_job_that_kills_its_workers_is_given_up(start) -> None:
    job = start(value("a", "1"))
    for _ in range(store.MAX_INTERRUPTIONS + 1):
        owner = Worker()
        assert store.claim(owner.id, limit=1)
        store.worker_forget(owner.id)
        store.free_orphans()
        owner.close()

    job.refresh_from_db()
    assert job.status == "FAILED"
    assert job.error["type"] == "worker_lost"
    assert events(job) == ["job.requeued"] * store.MAX_INTERRUPTIONS + ["job.failed"]


def test_retries_wait_as_a_row_and_hold_no_worker(start, server, worker) -> None:
    server.answers["/flaky"] = answers(Answer(500), Answer(503), json_answer({"n": 7}))
    retry = {"retries": 3, "backoff": "fixed", "delay": 3600, "max_delay": 3600, "jitter": False}
    job = start(call("flaky", f"{server.url}/flaky", retry=retry), output({"n": "flaky.n"}, after=["flaky"]))

    for expected in ("WAITING", "WAITING", "SUCCESS"):
        make_due(job)
        _end_waits(job)
        worker.advance()
        job.refresh_from_db()
        assert job.status == expected

    assert job.output == {"n": 7}
    assert len(server.seen) == 3
    attempts = runs(job)["flaky"].attempts
    assert [attempt["error"] and attempt["error"]["type"] for attempt in attempts] == ["http_500", "http_503", None]


def _end_waits(job: Job) -> None:
    for run in job.steps.filter(status="waiting"):
        run.resume_at = job.created_at
        run.save()


def test_a_waiting_job_says_why(start, server, worker) -> None:
    server.answers["/down"] = Answer(503, {"Retry-After": "120"})
    job = start(call("ask", f"{server.url}/down", name="Ask the shop", retry={"retries": 1, "jitter": False}))

    worker.advance()

    job.refresh_from_db()
    assert job.status == "WAITING"
    assert "Ask the shop" in job.wait_reason
    assert (job.due_at - job.started_at).total_seconds() > 100


def test_short_retries_stay_with_the_worker(run, server) -> None:
    server.answers["/flaky"] = answers(Answer(500), Answer(500), json_answer({"n": 7}))
    retry = {"retries": 2, "delay": 0.05, "jitter": False}
    job = run(call("flaky", f"{server.url}/flaky", retry=retry))

    assert job.status == "SUCCESS"
    assert len(server.seen) == 3


def test_retries_run_out(run, server) -> None:
    server.answers["/down"] = Answer(500)
    job = run(call("ask", f"{server.url}/down", retry={"retries": 2, "delay": 0.01}))

    assert job.status == "FAILED"
    assert len(server.seen) == 3
    assert job.error["attempt"] == 3


def test_cancelling_a_running_job_stops_its_step(start, server, worker) -> None:
    asked = threading.Event()

    def hang(handler) -> None:
        asked.set()
        handler.server.stopping.wait(20)

    server.answers["/slow"] = Answer(write=hang)
    job = start(call("slow", f"{server.url}/slow"), value("after", "1", after=["slow"]))

    def cancel() -> None:
        asked.wait(10)
        job_cancel(Job.objects.get(id=job.id), reason="changed my mind")
        worker.signals.cancel.set()  # what the heartbeat does with the answer of the database
        connection.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    worker.advance()
    thread.join()

    job.refresh_from_db()
    assert (job.status, job.cancel_reason) == ("CANCELLED", "changed my mind")
    assert statuses(job) == {"slow": "cancelled"}
    assert events(job)[-1] == "job.cancelled"


def test_cancelling_inside_a_loop_ends_it(start, server, worker) -> None:
    server.answers["/item"] = answers(json_answer({}), lambda _: worker.signals.cancel.set(), json_answer({}))
    job = start(
        {"id": "each", "type": "loop", "config": {"items": list(range(50))}},
        call("send", f"{server.url}/item", parent="each"),
    )

    worker.advance()

    job.refresh_from_db()
    assert job.status == "CANCELLED"
    assert len(server.seen) == 2
    assert statuses(job)["each"] == "cancelled"


def test_a_job_cancelled_while_its_worker_was_lost_ends_at_once(start, server, worker, other_worker) -> None:
    def crash_after_cancel(_: object) -> None:
        control.cancel(job.id, reason="no")
        lose(worker)

    server.answers["/a"] = answers(crash_after_cancel, json_answer({}))
    job = start(call("a", f"{server.url}/a"), call("b", f"{server.url}/a", after=["a"]))

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    job.refresh_from_db()
    assert job.status == "CANCELLED"
    assert len(server.seen) == 1


def test_urgent_jobs_first_then_the_oldest(start, worker) -> None:
    made = {priority: start(value("a", "1"), settings={"priority": priority}) for priority in (3, 2, 1, 0)}
    twin = start(value("a", "1"), settings={"priority": 0})

    order = [lease.job_id for _ in range(5) for lease in store.claim(worker.id, limit=1)]

    assert order == [made[0].id, twin.id, made[1].id, made[2].id, made[3].id]


def test_a_job_is_claimed_once(start, worker, other_worker) -> None:
    start(value("a", "1"))

    assert len(store.claim(worker.id, limit=5)) == 1
    assert store.claim(other_worker.id, limit=5) == []


def test_a_worker_without_heartbeat_is_buried_and_learns_of_it(worker) -> None:
    assert store.heartbeat(worker.id) == []
    assert store.bury(lease_seconds=3600) == 0
    assert store.bury(lease_seconds=-1) == 1
    assert store.heartbeat(worker.id) is None


def test_what_an_output_step_said_survives_a_crash_after_it(start, server, worker, other_worker) -> None:
    server.answers["/last"] = answers(lambda _: lose(worker), json_answer({}))
    respond = {"status": 201, "body": "{{ input.n }}"}
    said = {"id": "say", "type": "output", "config": {"values": {"n": "input.n"}, "respond": respond}}
    job = start(said, call("last", f"{server.url}/last", after=["say"]), input={"n": 7})

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    job.refresh_from_db()
    assert job.output == {"n": 7}
    assert job.response == {"status": 201, "headers": {}, "body": 7}


def test_the_names_that_a_loop_leaves_survive_a_crash_after_it(start, server, worker, other_worker) -> None:
    server.answers["/last"] = answers(lambda _: lose(worker), json_answer({}))
    job = start(
        {"id": "each", "type": "loop", "config": {"items": [1, 0], "item": "n", "on_item_error": "collect"}},
        value("body", "1 // n", parent="each"),
        call("last", f"{server.url}/last", after=["each"]),
        output({"last": "n_last.value", "errors": "[e.index for e in loop.errors]"}, after=["last"]),
    )

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    job.refresh_from_db()
    assert job.output == {"last": 1, "errors": [1]}


def test_progress_is_told_after_a_crash_too(start, server, worker, other_worker) -> None:
    server.answers["/middle"] = answers(lambda _: lose(worker), json_answer({}))
    job = start(
        {"id": "one", "type": "loop", "config": {"times": 2}},
        value("a", "1", parent="one"),
        call("middle", f"{server.url}/middle", after=["one"]),
        {"id": "two", "type": "loop", "after": ["middle"], "config": {"times": 2}},
        value("b", "1", parent="two"),
    )

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    assert events(job).count("step.progress") == 4


def test_no_step_seems_to_run_in_a_job_that_was_cancelled_while_its_worker_was_lost(
    start, server, worker, other_worker
) -> None:
    def crash_after_cancel(_: object) -> None:
        control.cancel(job.id, reason="no")
        lose(worker)

    server.answers["/a"] = answers(crash_after_cancel, json_answer({}))
    job = start(call("a", f"{server.url}/a"))

    with pytest.raises(store.LeaseLost):
        worker.advance()
    other_worker.advance()

    assert statuses(job) == {"a": "cancelled"}


def test_an_owner_that_gives_a_job_back_does_not_count_against_it(start, worker) -> None:
    job = start(value("a", "1"))
    for _ in range(store.MAX_INTERRUPTIONS + 2):
        make_due(job)
        (lease,) = store.claim(worker.id, limit=1)
        assert store.give_back(lease, reason="the database was slow")

    job.refresh_from_db()
    assert (job.status, job.interruptions) == ("QUEUED", 0)


def test_a_cancel_does_not_wait_for_a_long_loop_because_of_what_was_recorded_elsewhere(start, worker) -> None:
    job = start(
        {"id": "first", "type": "loop", "config": {"times": 2}},
        value("a", "1", parent="first"),
        {"id": "rest", "type": "wait", "after": ["first"], "config": {"seconds": 3600}},
        {"id": "long", "type": "loop", "after": ["rest"], "config": {"times": 100_000, "max_iterations": 100_000}},
        value("b", "1", parent="long"),
    )
    worker.advance()
    assert waits.deliver(job.id, "rest", "now")
    worker.signals.cancel.set()

    worker.advance()

    job.refresh_from_db()
    assert job.status == "CANCELLED"
    assert job.steps.filter(step="b").count() < 1000


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock, and gives up waiting")
def test_a_process_that_is_frozen_in_a_transaction_holds_up_no_sweep(start, worker, other_worker) -> None:
    jobs = [start(value("a", "1")), start(value("a", "1"))]
    store.claim(worker.id, limit=2)
    with frozen(f"UPDATE jobs_job SET event_seq = event_seq WHERE id = '{jobs[0].id}'"):
        with frozen(f"UPDATE jobs_worker SET seen_at = seen_at WHERE id = '{worker.id}'"):
            assert store.bury(lease_seconds=-1) == 1  # the other one
        assert store.bury(lease_seconds=-1) == 1

        assert store.free_orphans() == 1
    assert store.free_orphans() == 1

    assert {Job.objects.get(id=job.id).status for job in jobs} == {"QUEUED"}

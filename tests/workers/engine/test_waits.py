"""Steps that wait: for time, for events, for people; no wake-up is lost, and the first delivery wins."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from backend.jobs import selectors, serializers, services, store, waits
from backend.jobs.models import Job, KeptEvent, StepWait
from backend.jobs.services import event_send, job_cancel, signal_deliver
from tests.workers.engine.conftest import (
    Worker,
    answers,
    call,
    events,
    json_answer,
    output,
    pass_time,
    runs,
    statuses,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True)


def wait(id_: str, config: dict, **options: object) -> dict:
    return {"id": id_, "type": "wait", "config": config, **options}


def approval(id_: str = "ask", **options: object) -> dict:
    config = {"approvers": "ana@example.com, bo@example.com", "message": "Pay {{ input.sum }}?", "expires_in": 3600}
    return {"id": id_, "type": "approval", "config": config, **options}


def status(job: Job) -> str:
    return Job.objects.get(id=job.id).status


def test_a_wait_holds_no_worker_and_goes_on_in_time(start, worker) -> None:
    job = start(wait("rest", {"seconds": 3600}), output({"when": "rest"}, after=["rest"]))

    worker.advance()
    job.refresh_from_db()
    assert (job.status, job.lease_owner) == ("WAITING", None)
    assert 3500 < (job.due_at - datetime.now(UTC)).total_seconds() <= 3600
    assert not store.anything_due()
    pass_time(job, hours=1)
    worker.advance()

    job.refresh_from_db()
    assert job.status == "SUCCESS"
    assert datetime.fromisoformat(job.output["when"]).tzinfo is not None
    assert StepWait.objects.count() == 0
    assert [attempt["error"] for attempt in runs(job)["rest"].attempts] == [None]


def test_a_short_wait_stays_with_the_worker(run) -> None:
    job = run(wait("rest", {"seconds": 0.05}), value("after", "1", after=["rest"]))

    assert job.status == "SUCCESS"
    assert events(job) == [
        "job.started", "step.started", "step.waiting", "step.completed", "step.started", "step.completed",
        "job.completed",
    ]  # fmt: skip


def test_several_steps_wait_and_the_first_counts(start, worker) -> None:
    job = start(
        wait("long", {"seconds": 7200}),
        wait("short", {"seconds": 3600}),
        wait("for_ever", {"event": "never"}),
        value("after_short", "1", after=["short"]),
    )

    worker.advance()
    job.refresh_from_db()
    assert 3500 < (job.due_at - datetime.now(UTC)).total_seconds() <= 3600
    pass_time(job, hours=1)
    worker.advance()

    assert statuses(job) == {"long": "waiting", "short": "success", "for_ever": "waiting", "after_short": "success"}
    assert status(job) == "WAITING"


def test_a_waiting_job_says_why(start, worker, server) -> None:
    server.answers["/down"] = answers(json_answer({}, status=503))
    retry = {"retries": 1, "delay": 60, "max_delay": 60, "jitter": False}
    job = start(
        approval(), wait("for_pay", {"event": "paid/{{ input.sum }}"}), call("shop", f"{server.url}/down", retry=retry),
        input={"sum": 7},
    )  # fmt: skip

    worker.advance()
    found = serializers.job_detail(selectors.job_get(job.organization, job.id))["waiting"]

    assert [(entry["step"], entry["path"], entry["signal"]) for entry in found] == [
        ("ask", "ask", "approval"),
        ("for_pay", "for_pay", "event"),
        ("shop", "shop", "retry"),
    ]
    assert "paid/7" in found[1]["reason"]
    assert found[1]["until"] is None
    assert datetime.fromisoformat(found[0]["until"]) > datetime.now(UTC)
    assert "2 more" in Job.objects.get(id=job.id).wait_reason


# --- deliveries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_a_decision_takes_its_branch(start, worker, decision) -> None:
    job = start(
        approval(),
        output({"branch": "'approved'", "comment": "ask.comment"}, after=["ask.approved"]),
        {**output({"branch": "'rejected'", "by": "ask.approver"}, after=["ask.rejected"]), "id": "no"},
        input={"sum": 7},
    )
    worker.advance()
    assert status(job) == "WAITING"

    delivery = {"decision": decision, "comment": "fine", "approver": "ana@example.com"}
    assert signal_deliver(job_id=job.id, path="ask", delivery=delivery, actor="ana@example.com")
    assert not signal_deliver(job_id=job.id, path="ask", delivery={"decision": "rejected"}, actor="bo@example.com")
    worker.advance()

    job.refresh_from_db()
    assert job.status == "SUCCESS"
    assert job.output["branch"] == decision
    assert runs(job)["ask"].port == decision
    assert not signal_deliver(job_id=job.id, path="ask", delivery=delivery, actor="late")


def test_nobody_decides(start, worker) -> None:
    job = start(approval(), output({"late": "ask.decision"}, after=["ask.expired"]), input={"sum": 7})
    worker.advance()

    pass_time(job, hours=1)
    worker.advance()

    job.refresh_from_db()
    assert job.output == {"late": "expired"}


def test_what_is_delivered_before_the_time_is_up_wins_over_the_time(start, worker) -> None:
    job = start(approval(), output({"how": "ask.decision"}, after=["ask.approved", "ask.expired"]), input={"sum": 7})
    worker.advance()

    signal_deliver(job_id=job.id, path="ask", delivery={"decision": "approved"}, actor="")
    pass_time(job, hours=1)
    worker.advance()

    job.refresh_from_db()
    assert job.output == {"how": "approved"}


def test_listeners_hear_of_a_wait_and_of_the_end(start, worker, monkeypatch) -> None:
    heard = []
    services.wait_listeners.append(lambda *facts: heard.append(facts))
    services.end_listeners.append(lambda *facts: heard.append(facts))
    try:
        job = start(approval(), input={"sum": 7})
        worker.advance()
        signal_deliver(job_id=job.id, path="ask", delivery={"decision": "approved"}, actor="")
        worker.advance()
    finally:
        services.wait_listeners.pop()
        services.end_listeners.pop()

    (job_id, path, signal, data, until), ended = heard
    assert (job_id, path, signal) == (job.id, "ask", "approval")
    expected = {"approvers": ["ana@example.com", "bo@example.com"], "message": "Pay 7?", "form": None}
    assert {name: data[name] for name in expected} == expected
    assert until > datetime.now(UTC)
    assert ended == (job.id, "SUCCESS")


def test_of_many_who_decide_at_once_one_wins(start, worker) -> None:
    job = start(approval(), input={"sum": 7})
    worker.advance()
    won, together = [], threading.Barrier(6, timeout=10)

    def decide() -> None:
        together.wait()
        won.append(signal_deliver(job_id=job.id, path="ask", delivery={"decision": "approved"}, actor=""))
        connection.close()

    threads = [threading.Thread(target=decide) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 5 + [True]


def test_a_delivery_to_a_job_at_work_is_not_lost(start, worker, server) -> None:
    """The owner is busy with another branch when the decision comes, and would wait for ever without noticing it."""

    def decide(_: object) -> None:
        while not StepWait.objects.exists():
            pass
        assert signal_deliver(job_id=job.id, path="ask", delivery={"decision": "approved"}, actor="")
        connection.close()

    server.answers["/busy"] = answers(decide)
    job = start(approval(), call("busy", f"{server.url}/busy"), input={"sum": 7})

    worker.advance()
    if status(job) == "WAITING":
        worker.advance()

    assert status(job) == "SUCCESS"


def test_a_delivery_at_the_moment_of_falling_asleep_is_not_lost(start, worker, monkeypatch) -> None:
    honest = store.checkpoint

    def late(*args, change=None, **named):
        if change is not None and change.status == "WAITING":
            assert signal_deliver(job_id=job.id, path="ask", delivery={"decision": "approved"}, actor="")
        return honest(*args, change=change, **named)

    monkeypatch.setattr(store, "checkpoint", late)
    job = start(approval(), input={"sum": 7})

    worker.advance()
    assert store.anything_due()
    worker.advance()

    assert status(job) == "SUCCESS"


# --- events ----------------------------------------------------------------------------------------------------------


def test_an_event_reaches_all_who_wait_for_it(start, worker, acme) -> None:
    jobs = [start(wait("it", {"event": "paid"}), output({"got": "it"}, after=["it"])) for _ in range(2)]
    other = start(wait("it", {"event": "shipped"}))
    for _ in range(3):
        worker.advance()

    assert event_send(acme, "paid", {"sum": 7}) == 2
    for _ in range(2):
        worker.advance()

    assert [Job.objects.get(id=job.id).output for job in jobs] == [{"got": {"sum": 7}}] * 2
    assert status(other) == "WAITING"
    assert KeptEvent.objects.count() == 0


def test_an_event_without_content_is_an_event(start, worker, acme) -> None:
    job = start(wait("it", {"event": "paid", "seconds": 3600}), output({"got": "it"}, after=["it"]))
    worker.advance()

    event_send(acme, "paid")
    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.output) == ("SUCCESS", {"got": None})


def test_an_event_that_comes_first_is_kept_for_one(start, worker, acme) -> None:
    assert event_send(acme, "paid", "early") == 0
    assert event_send(acme, "paid", "later") == 0

    first, second = (start(wait("it", {"event": "paid"}), output({"got": "it"}, after=["it"])) for _ in range(2))
    for _ in range(2):
        worker.advance()
    third = start(wait("it", {"event": "paid"}))
    worker.advance()

    assert [Job.objects.get(id=job.id).output for job in (first, second)] == [{"got": "early"}, {"got": "later"}]
    assert status(third) == "WAITING"


def test_kept_events_are_limited(acme, monkeypatch) -> None:
    monkeypatch.setattr(waits, "MOST_KEPT_EVENTS", 3)

    for number in range(5):
        event_send(acme, "paid", number)

    assert list(KeptEvent.objects.order_by("id").values_list("payload", flat=True)) == [2, 3, 4]


def test_an_event_of_another_organisation_reaches_nobody(start, worker, acme) -> None:
    from tests.backend.factories import make_organization

    job = start(wait("it", {"event": "paid"}))
    worker.advance()

    assert event_send(make_organization("other"), "paid", 1) == 0
    assert status(job) == "WAITING"


def test_an_event_that_does_not_come_fails_the_step(start, worker) -> None:
    job = start(wait("it", {"event": "paid", "seconds": 3600}))
    worker.advance()

    pass_time(job, hours=1)
    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.error["type"]) == ("FAILED", "timeout")
    assert "paid" in job.error["message"]


# --- ends and crashes ------------------------------------------------------------------------------------------------


def test_the_time_limit_of_a_step_ends_its_wait(start, worker) -> None:
    job = start({**approval(), "timeout": 0.2}, input={"sum": 7})

    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.error["type"]) == ("FAILED", "timeout")
    assert "0.2 seconds" in job.error["message"]


def test_cancelling_a_job_forgets_what_it_waits_for(start, worker) -> None:
    job = start(approval(), input={"sum": 7})
    worker.advance()

    job_cancel(Job.objects.get(id=job.id))

    assert statuses(job) == {"ask": "cancelled"}
    assert StepWait.objects.count() == 0
    assert not signal_deliver(job_id=job.id, path="ask", delivery={"decision": "approved"}, actor="")


def test_a_failure_elsewhere_ends_a_wait(start, worker, server) -> None:
    server.answers["/bad"] = json_answer({}, status=404)
    job = start(approval(), call("bad", f"{server.url}/bad"), input={"sum": 7})

    worker.advance()

    assert status(job) == "FAILED"
    assert statuses(job) == {"ask": "cancelled", "bad": "failed"}


def test_a_decision_survives_the_loss_of_the_owner_that_heard_it(start, worker) -> None:
    job = start(approval(), output({"how": "ask.decision"}, after=["ask"]), input={"sum": 7})
    worker.advance()
    signal_deliver(job_id=job.id, path="ask", delivery={"decision": "approved"}, actor="")
    other = Worker()
    store.claim(other.id, limit=1)  # an owner that dies before it has recorded anything
    store.worker_forget(other.id)
    store.free_orphans()
    other.close()

    worker.advance()

    job.refresh_from_db()
    assert job.output == {"how": "approved"}


def test_waits_in_a_loop_are_told_apart_by_their_path(start, worker) -> None:
    job = start(
        {"id": "each", "type": "loop", "config": {"items": ["a", "b"]}},
        {"id": "ask", "type": "approval", "parent": "each", "config": {"message": "{{ item }}"}},
        output({"all": "[r.decision for r in each]"}, after=["each"]),
    )

    worker.advance()
    assert signal_deliver(job_id=job.id, path="each[0].ask", delivery={"decision": "approved"}, actor="")
    worker.advance()
    assert signal_deliver(job_id=job.id, path="each[1].ask", delivery={"decision": "rejected"}, actor="")
    worker.advance()

    job.refresh_from_db()
    assert job.output == {"all": ["approved", "rejected"]}


@pytest.mark.parametrize(
    "until", ["yesterday", "{{ input.sum }}", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_must_be_one(run, until) -> None:
    job = run(wait("rest", {"until": until}), input={"sum": 7})

    assert (job.status, job.error["type"]) == ("FAILED", "validation")
    assert "until" in job.error["message"]


def test_a_moment_that_has_passed_is_no_wait(run) -> None:
    assert run(wait("rest", {"until": "2020-01-01T00:00:00"})).status == "SUCCESS"


def test_a_wait_may_be_for_ever(run) -> None:
    job = run(wait("rest", {"until": "9999-12-31T23:59:59Z"}))

    assert job.status == "WAITING"

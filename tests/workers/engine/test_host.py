"""A worker process as a whole: it survives its database, and no job stays behind in its name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import DataError, InterfaceError, OperationalError, connection, connections

from backend import queue
from backend.common.egress import EgressClient, EgressPolicy
from backend.common.json import JSON
from backend.jobs import bulk, control, store
from backend.jobs.models import Job, Worker
from sandboxes.client import SandboxClient
from tests.waiting import until
from tests.workers.engine.conftest import Answer, answers, call, events, json_answer, statuses, value
from workers.engine.attempts.context import Tools
from workers.engine.base.signals import Signals
from workers.engine.owner import host as host_module
from workers.engine.owner.host import Host, HostSettings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def host(acme) -> Iterator[Host]:
    tools = Tools(
        sandbox=SandboxClient("unix:///nowhere.sock"), http=EgressClient(EgressPolicy.from_words(["127.0.0.0/8"]))
    )
    sizes = HostSettings(job_slots=2, step_slots=2, lease_seconds=3.0, poll_seconds=0.1, heartbeat_seconds=0.1)
    made = Host(sizes, tools=tools)
    yield made
    made._stopping.set()
    together = Barrier(sizes.job_slots, timeout=10)

    def close() -> None:
        together.wait()
        connections.close_all()

    if not made._jobs._shutdown:
        for closed in [made._jobs.submit(close) for _ in range(sizes.job_slots)]:  # each thread its own connection
            closed.result()
        made._beginners.submit(connections.close_all).result(timeout=20)
    made.stop(grace=0.2)
    until(
        lambda: {"heartbeat", "looks", "facts"}.isdisjoint(thread.name for thread in threading.enumerate()), seconds=20
    )


def status(job: Job) -> str:
    return Job.objects.get(id=job.id).status


def failing(times: int, error: Exception, then: Callable[..., object]) -> Callable[..., object]:
    """A part of the outside world that is away for a while."""
    left = [error] * times

    def run(*args: object, **named: object) -> object:
        if left:
            raise left.pop()
        return then(*args, **named)

    return run


def test_a_worker_takes_jobs(host, start) -> None:
    job = start(value("a", "1"))

    host.start()

    until(lambda: status(job) == "SUCCESS")
    assert Worker.objects.count() == 1


def test_jobs_are_begun_by_one_thread_and_by_others_only_while_it_is_at_work(host, start, monkeypatch) -> None:
    begun: list[str] = []
    held, begin_together = threading.Event(), host._advancing.begin_together

    def noted(claimed: Sequence[object]) -> None:
        begun.append(threading.current_thread().name.rpartition("_")[0])
        if len(begun) == 3:
            assert held.wait(20)
        begin_together(claimed)

    monkeypatch.setattr(host._advancing, "begin_together", noted)
    host.start()
    for _ in range(2):
        job = start(value("a", "1"))
        until(lambda job=job: status(job) == "SUCCESS" and host._begun.done())
    slow = start(value("a", "1"))
    until(lambda: len(begun) == 3)
    quick = start(value("a", "1"))

    until(lambda: status(quick) == "SUCCESS")
    assert status(slow) == "RUNNING"
    held.set()
    until(lambda: status(slow) == "SUCCESS")
    assert begun == ["begin", "begin", "begin", "job"]


def test_a_database_that_is_away_at_the_start_is_waited_for(host, start, monkeypatch) -> None:
    job = start(value("a", "1"))
    monkeypatch.setattr(store, "heartbeat", failing(3, OperationalError("gone"), store.heartbeat))
    monkeypatch.setattr(store, "worker_register", failing(2, OperationalError("gone"), store.worker_register))

    host.start()

    until(lambda: status(job) == "SUCCESS")


def test_the_heart_beats_on_after_a_fault_of_any_kind(host, start, monkeypatch) -> None:
    monkeypatch.setattr(store, "heartbeat", failing(2, RuntimeError("odd"), store.heartbeat))

    host.start()
    job = start(value("a", "1"))

    until(lambda: status(job) == "SUCCESS")


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("connection already closed")])
def test_a_job_whose_database_went_away_goes_on_later(host, start, monkeypatch, error) -> None:
    monkeypatch.setattr(store, "checkpoint", failing(3, error, store.checkpoint))
    job = start(value("a", "1"))

    host.start()

    until(lambda: status(job) == "SUCCESS")


def test_a_job_that_could_not_be_given_back_is_given_back_by_the_heartbeat(host, start, monkeypatch) -> None:
    monkeypatch.setattr(store, "checkpoint", failing(1, OperationalError("gone"), store.checkpoint))
    monkeypatch.setattr(store, "give_back", failing(2, OperationalError("gone"), store.give_back))
    job = start(value("a", "1"))

    host.start()

    until(lambda: status(job) == "SUCCESS")


def test_jobs_let_go_because_of_a_late_heartbeat_are_not_kept(host, start, server) -> None:
    """The worker itself lives, so nobody else would ever free them."""
    server.answers["/slow"] = Answer(write=lambda handler: handler.server.stopping.wait(20))
    job = start(call("slow", f"{server.url}/slow"))
    host.start()
    until(lambda: server.seen)
    server.answers["/slow"] = json_answer({})

    host._abandon("its heartbeat is late")  # what a stalled database leads to

    until(lambda: status(job) == "SUCCESS")
    assert len(server.seen) == 2


def test_a_row_that_the_database_refuses_fails_the_job_instead_of_coming_back_for_ever(
    host, start, monkeypatch
) -> None:
    honest = bulk.rows_of_steps

    def refuse(of_jobs: Sequence[tuple[UUID, Sequence[store.StepRecord]]]) -> list[list[JSON]]:
        if any(steps for _, steps in of_jobs):
            raise DataError("value too long")
        return honest(of_jobs)

    monkeypatch.setattr(bulk, "rows_of_steps", refuse)
    job = start(value("a", "1"))

    host.start()

    until(lambda: status(job) == "FAILED")
    assert "value too long" in Job.objects.get(id=job.id).error["message"]


def test_a_job_does_not_fail_because_its_worker_stops(host, start, server) -> None:
    def stop(_: object) -> None:
        host._stopping.set()
        host._steps.shutdown(wait=False)

    server.answers["/a"] = answers(stop)
    job = start(call("a", f"{server.url}/a"), call("b", f"{server.url}/b", after=["a"]))
    host.start()

    until(lambda: status(job) == "QUEUED" and "a" in statuses(job))

    assert events(job)[-1] == "job.requeued"


def test_a_late_heartbeat_fences_by_itself(host, start) -> None:
    """Even if the thread that beats is the one that hangs."""
    signals = Signals(beating=lambda: False)

    assert signals.gone()
    assert signals.stopped()


def test_a_job_that_was_given_up_by_a_late_heartbeat_stays_so() -> None:
    """Its steps were stopped: with the next heartbeat they would look as if they had failed."""
    late = [True, False]
    signals = Signals(beating=lambda: not late.pop(0))

    assert [signals.gone(), signals.gone()] == [True, True]


def test_a_worker_without_room_for_all_calls_others(host, start, server, worker, monkeypatch) -> None:
    called = []
    host._has_others = True  # as its first beat will find
    monkeypatch.setattr(queue, "ring_others", lambda: called.append([status(job) for job in jobs].count("QUEUED")))
    server.answers["/slow"] = answers(lambda handler: until(lambda: called))
    jobs = [start(call("slow", f"{server.url}/slow")) for _ in range(3)]

    host.start()

    until(lambda: [status(job) for job in jobs] == ["SUCCESS"] * 3)
    assert called == [1]


def test_nothing_is_claimed_before_the_worker_is_known(host, start) -> None:
    job = start(value("a", "1"))

    host.take()

    assert status(job) == "QUEUED"


# --- endings that come from outside --------------------------------------------------------------------------------


def test_a_cancelled_job_that_was_about_to_wait_does_not_wait(start, server, worker) -> None:
    def cancel(handler) -> None:
        control.cancel(job.id, reason="")
        connections.close_all()
        handler.send_response(503)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers["/down"] = Answer(write=cancel)
    retry = {"retries": 3, "backoff": "fixed", "delay": 3600, "max_delay": 3600}
    job = start(call("ask", f"{server.url}/down", retry=retry))

    worker.advance()
    if status(job) == "WAITING":
        worker.advance()

    assert status(job) == "CANCELLED"
    assert statuses(job) == {"ask": "cancelled"}


def test_cancelling_a_waiting_job_closes_its_steps(start, server, worker) -> None:
    server.answers["/down"] = Answer(503, {"Retry-After": "120"})
    job = start(call("ask", f"{server.url}/down", retry={"retries": 1, "jitter": False}))
    worker.advance()

    control.cancel(job.id, reason="")

    assert statuses(job) == {"ask": "cancelled"}
    assert events(job)[-1] == "job.cancelled"
    last = job.events.order_by("-seq")[0].data
    assert {"type", "job", "at", "status"} <= last.keys()


def test_a_job_that_is_given_up_leaves_no_step_running(start, server) -> None:
    job = start(value("a", "1"))
    Job.objects.filter(id=job.id).update(interruptions=store.MAX_INTERRUPTIONS)
    owner = store.claim(host_module.uuid7(), limit=1)[0]
    store.checkpoint(owner, steps=[store.StepRecord("a", "a", "transform", "running", 1)], events=[])

    assert store.free_orphans() == 1
    assert store.free_orphans() == 0

    assert status(job) == "FAILED"
    assert statuses(job) == {"a": "cancelled"}
    assert events(job) == ["job.failed"]
    connection.close()


def test_interruptions_count_only_in_a_row(start) -> None:
    job = start(value("a", "1"))
    Job.objects.filter(id=job.id).update(interruptions=3)
    (lease,) = store.claim(host_module.uuid7(), limit=1)

    store.checkpoint(lease, steps=[store.StepRecord("a", "a", "transform", "running", 1)], events=[])
    before = Job.objects.get(id=job.id).interruptions
    store.checkpoint(lease, steps=[store.StepRecord("a", "a", "transform", "success", 1)], events=[])

    assert (before, Job.objects.get(id=job.id).interruptions) == (3, 0)


def test_the_time_limit_ends_a_job_that_waits(start, server, worker) -> None:
    server.answers["/down"] = Answer(503, {"Retry-After": "3600"})
    job = start(call("ask", f"{server.url}/down", retry={"retries": 1}), settings={"timeout": 2})
    worker.advance()
    job.refresh_from_db()
    assert job.status == "WAITING"
    assert (job.due_at - job.started_at).total_seconds() < 3

    until(store.anything_due)
    worker.advance()

    assert status(job) == "TIMED_OUT"
    assert statuses(job) == {"ask": "cancelled"}


def test_a_step_that_waits_for_a_thread_is_not_started_once_the_job_is_lost(start, server, worker, monkeypatch) -> None:
    def lose(handler) -> None:
        worker.signals.lost.set()
        handler.server.stopping.wait(0.5)

    server.answers["/a"] = server.answers["/b"] = Answer(write=lose)
    monkeypatch.setattr(worker, "_pool", ThreadPoolExecutor(1))
    start(call("a", f"{server.url}/a"), call("b", f"{server.url}/b"))

    with pytest.raises(store.LeaseLost):
        worker.advance()

    worker.close()
    assert [seen.path for seen in server.seen] == ["/a"]

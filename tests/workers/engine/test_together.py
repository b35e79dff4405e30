"""Jobs that end together: each is fenced by its own lease, and none suffers for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from django.db import DataError, connection, connections, transaction

from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.jobs import bulk, listeners, store
from backend.jobs.models import Job
from tests.waiting import until
from tests.workers.engine.conftest import Worker, call, events, json_answer, statuses, value
from workers.engine.base.signals import Signals
from workers.engine.owner.advancing import Advancing

pytestmark = pytest.mark.django_db(transaction=True)


class Holder:
    """A host of two threads, of which a test can wait for the end."""

    def __init__(self) -> None:
        self.over: list[store.Lease] = []
        self._signals: defaultdict[store.Lease, Signals] = defaultdict(Signals)

    def signals_of(self, lease: store.Lease) -> Signals:
        return self._signals[lease]

    def is_stopping(self) -> bool:
        return False

    def left(self, lease: store.Lease) -> None:
        self.over.append(lease)

    def news_of(self, job_id: object) -> None:
        raise AssertionError("none of these jobs has a parent")

    def look_if_free(self) -> bool:
        return False


@pytest.fixture
def advance(worker: Worker) -> Callable[..., list[store.Lease]]:
    """Claims all due jobs at once and advances them; `between` is done once they are claimed."""

    def go(between: Callable[[], object] = lambda: None) -> list[store.Lease]:
        holder = Holder()
        with ThreadPoolExecutor(1) as jobs:
            advancing = Advancing(tools=worker._tools, jobs=jobs, steps=worker._pool, host=holder)
            claimed = store.claim_loaded(worker.id, limit=10)
            between()
            advancing.begin_together(claimed)
            jobs.submit(connections.close_all)  # they are that thread's own
        return holder.over

    return go


def status(job: Job) -> str:
    return Job.objects.get(id=job.id).status


def test_jobs_of_pure_steps_share_a_transaction(start, advance, monkeypatch) -> None:
    alone = []
    monkeypatch.setattr(store, "checkpoint", lambda *args, **named: alone.append(args))
    jobs = [start(value("a", "1"), value("b", "2", after=["a"])) for _ in range(3)]

    over = advance()

    assert not alone
    assert {lease.job_id for lease in over} == {job.id for job in jobs}
    for job in jobs:
        assert status(job) == "SUCCESS"
        assert statuses(job) == {"a": "success", "b": "success"}
        assert len(events(job)) == 6
        assert events(job)[0] == "job.started"
        assert events(job)[-1] == "job.completed"


def test_a_job_with_an_effect_goes_on_by_itself(start, server, advance) -> None:
    server.answers["/a"] = json_answer({})
    jobs = [start(value("a", "1")), start(call("a", f"{server.url}/a")), start(value("a", "1"))]

    over = advance()

    assert [status(job) for job in jobs] == ["SUCCESS"] * 3
    assert len(over) == 3


def test_nothing_is_written_of_the_one_whose_lease_is_lost(start, advance) -> None:
    jobs = [start(value("a", "1")) for _ in range(3)]

    advance(between=lambda: Job.objects.filter(id=jobs[1].id).update(lease_epoch=7, lease_owner=uuid7()))

    assert [status(job) for job in jobs] == ["SUCCESS", "RUNNING", "SUCCESS"]
    assert not statuses(jobs[1])
    assert not events(jobs[1])


def test_a_row_that_the_database_refuses_fails_its_own_job_alone(start, advance, monkeypatch) -> None:
    jobs = [start(value("a", "1")) for _ in range(3)]
    honest = bulk.rows_of_steps

    def refuse(of_jobs: Sequence[tuple[UUID, Sequence[store.StepRecord]]]) -> list[list[JSON]]:
        if any(job_id == jobs[1].id and steps for job_id, steps in of_jobs):
            raise DataError("value too long")
        return honest(of_jobs)

    monkeypatch.setattr(bulk, "rows_of_steps", refuse)

    advance()

    assert [status(job) for job in jobs] == ["SUCCESS", "FAILED", "SUCCESS"]
    assert events(jobs[1]) == ["job.failed"]
    assert events(jobs[2]).count("job.completed") == 1


def test_a_job_that_was_cancelled_ends_so(start, advance) -> None:
    jobs = [start(value("a", "1")) for _ in range(2)]
    Job.objects.filter(id=jobs[0].id).update(cancel_requested_at=jobs[0].created_at)

    advance()

    assert [status(job) for job in jobs] == ["CANCELLED", "SUCCESS"]


def test_a_job_that_fails_beside_others_is_told_to_those_whom_it_concerns(start, advance, monkeypatch) -> None:
    told: list[UUID] = []
    concerned = listeners.OfFailures(lambda job, _: told.append(job))
    monkeypatch.setattr(listeners, "end_listeners", [*listeners.end_listeners, concerned])
    jobs = [start(value("a", expression)) for expression in ("1", "1 / 0", "2")]

    advance()

    assert [status(job) for job in jobs] == ["SUCCESS", "FAILED", "SUCCESS"]
    assert told == [jobs[1].id]


def test_who_wants_events_gets_them_with_their_numbers_in_the_transaction(start, advance, monkeypatch) -> None:
    told: list[tuple[UUID, int, bool]] = []
    everything = listeners.EventListener(
        lambda _: True, lambda job, _, first: told.append((job, first, connection.in_atomic_block))
    )
    monkeypatch.setattr(listeners, "event_listeners", [everything])
    jobs = [start(value("a", "1")) for _ in range(2)]
    Job.objects.filter(id=jobs[1].id).update(event_seq=5)

    advance()

    assert sorted(told) == sorted([(jobs[0].id, 1, True), (jobs[1].id, 6, True)])
    assert [status(job) for job in jobs] == ["SUCCESS", "SUCCESS"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no locks of rows")
def test_a_row_that_somebody_holds_does_not_hold_up_the_others(start, advance) -> None:
    jobs = [start(value("a", "1")) for _ in range(3)]
    is_held, others_are_done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Job.objects.select_for_update().get(id=jobs[1].id)
            is_held.set()
            others_are_done.wait(10)
        connections.close_all()

    def watch() -> None:
        until(lambda: [status(job) for job in (jobs[0], jobs[2])] == ["SUCCESS", "SUCCESS"])
        assert status(jobs[1]) == "RUNNING"
        others_are_done.set()
        connections.close_all()

    with ThreadPoolExecutor(2) as threads:

        def interfere() -> None:
            holding.append(threads.submit(hold))
            is_held.wait(10)
            holding.append(threads.submit(watch))

        holding = []
        advance(between=interfere)
        for one in holding:
            one.result()

    assert [status(job) for job in jobs] == ["SUCCESS"] * 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL waits for the disk as it is set up to")
def test_the_end_of_a_job_without_effects_waits_for_no_disk(start, advance, monkeypatch) -> None:
    seen: list[int] = []
    look = listeners.EventListener(lambda _: True, lambda *_: seen.append(synchronous()))
    monkeypatch.setattr(listeners, "event_listeners", [look])
    start(value("a", "1"))
    synchronous(_FULL)

    advance()

    assert seen == [_NORMAL]
    assert synchronous() == _FULL


_NORMAL, _FULL = 1, 2


def synchronous(value: int | None = None) -> int:
    """For what commits of this thread's connection wait, perhaps from now on."""
    with connection.cursor() as cursor:
        if value is not None:
            cursor.execute(f"PRAGMA synchronous = {value}")
        return int(cursor.execute("PRAGMA synchronous").fetchone()[0])

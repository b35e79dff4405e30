"""Jobs that end together: each is fenced by its own lease, and none suffers for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DataError, connections

from backend.common.ids import uuid7
from backend.jobs import bulk, store
from backend.jobs.models import Job
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
    honest = bulk.steps_upsert

    def refuse(of_jobs: Sequence[tuple[object, Sequence[store.StepRecord]]], **named: bool) -> None:
        if any(job_id == jobs[1].id and steps for job_id, steps in of_jobs):
            raise DataError("value too long")
        honest(of_jobs, **named)

    monkeypatch.setattr(bulk, "steps_upsert", refuse)

    advance()

    assert [status(job) for job in jobs] == ["SUCCESS", "FAILED", "SUCCESS"]
    assert events(jobs[1]) == ["job.failed"]
    assert events(jobs[2]).count("job.completed") == 1


def test_a_job_that_was_cancelled_ends_so(start, advance) -> None:
    jobs = [start(value("a", "1")) for _ in range(2)]
    Job.objects.filter(id=jobs[0].id).update(cancel_requested_at=jobs[0].created_at)

    advance()

    assert [status(job) for job in jobs] == ["CANCELLED", "SUCCESS"]

"""Limits and fairness: how many jobs run together, who is next, and that nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from backend.common.ids import uuid7
from backend.jobs import admission, services, store
from backend.jobs.models import Job, JobEvent
from backend.jobs.services import job_create
from tests.workers.engine.conftest import Worker, output, value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def create(start: Callable[..., Job]) -> Callable[..., Job]:
    """`create(max_concurrent_jobs=1)`, then `create()` for more jobs of the same workflow."""
    made: list[Job] = []

    def make(*, priority: int = 2, **settings: object) -> Job:
        if settings or not made:
            job = start(value("a", "1"), settings=settings)
        else:
            job = job_create(
                workflow=made[-1].workflow, version=made[-1].version, input={}, triggered_by="API", priority=priority
            )
        made.append(job)
        return job

    return make


def status(job: Job) -> str:
    job.refresh_from_db()
    return job.status


def test_jobs_beyond_the_limit_wait_and_say_why(create, worker: Worker) -> None:
    first = create(max_concurrent_jobs=2)
    second, third, fourth = create(), create(), create()

    assert [status(job) for job in (first, second, third, fourth)] == ["QUEUED", "QUEUED", "PENDING", "PENDING"]
    assert third.wait_reason == "Waits: only 2 jobs of this workflow may run at the same time."
    worker.advance()
    assert [status(job) for job in (first, second, third, fourth)] == ["SUCCESS", "QUEUED", "QUEUED", "PENDING"]
    assert third.wait_reason == ""
    for _ in range(3):
        worker.advance()
    assert status(fourth) == "SUCCESS"


def test_jobs_beyond_the_limit_are_skipped_if_the_workflow_says_so(create) -> None:
    create(max_concurrent_jobs=1, when_busy="skip")

    skipped = create()

    assert status(skipped) == "CANCELLED"
    assert skipped.cancel_reason == "Skipped: only 1 job of this workflow may run at the same time."
    assert [event.data["type"] for event in JobEvent.objects.filter(job=skipped)] == ["job.cancelled"]
    assert (skipped.event_seq, skipped.finished_at is not None) == (1, True)


@pytest.mark.parametrize(
    ("held_by", "then"),
    [
        *(({"status": live}, "PENDING") for live in ("QUEUED", "RUNNING", "WAITING", "PAUSED")),
        *(({"status": ended}, "QUEUED") for ended in ("SUCCESS", "FAILED", "CANCELLED")),
        ({"is_test": True}, "QUEUED"),
    ],
)
def test_a_place_is_held_by_what_has_not_ended(create, held_by: dict[str, object], then: str) -> None:
    first = create(max_concurrent_jobs=1)
    Job.objects.filter(id=first.id).update(**held_by)

    assert status(create()) == then


def test_neither_other_workflows_nor_children_hold_a_place(create, start) -> None:
    parent = start(value("a", "1"))
    first = create(max_concurrent_jobs=1)
    Job.objects.filter(id=first.id).update(parent=parent)

    assert status(create()) == "QUEUED"


def test_a_newer_job_takes_the_place_of_the_oldest_if_the_workflow_says_so(create, worker: Worker) -> None:
    oldest = create(max_concurrent_jobs=2, when_busy="cancel_oldest")
    second = create()

    newest = create()

    assert [status(job) for job in (oldest, second, newest)] == ["CANCELLED", "QUEUED", "QUEUED"]
    assert "newer job" in oldest.cancel_reason


def test_a_running_job_gives_up_its_place_when_it_has_ended(create, worker: Worker) -> None:
    running = create(max_concurrent_jobs=1, when_busy="cancel_oldest")
    store.claim(worker.id, limit=1)

    newest = create()

    assert [status(job) for job in (running, newest)] == ["RUNNING", "PENDING"]
    assert running.cancel_requested_at is not None
    store.worker_forget(worker.id)
    store.free_orphans()
    Worker().advance()
    assert [status(job) for job in (running, newest)] == ["CANCELLED", "QUEUED"]


def test_cancelling_one_in_line_or_at_work_lets_the_next_in(create) -> None:
    first = create(max_concurrent_jobs=1)
    second, third = create(), create()

    services.job_cancel(second)
    services.job_cancel(first)

    assert status(third) == "QUEUED"


def test_those_in_line_go_by_priority_then_age(create, settings) -> None:
    first = create(max_concurrent_jobs=1)
    normal, low, urgent, also = (create(priority=priority) for priority in (2, 3, 0, 2))
    order = []
    for _ in range(4):
        services.job_cancel(Job.objects.get(status="QUEUED"))
        order.append(Job.objects.get(status="QUEUED").id)

    assert order == [urgent.id, normal.id, also.id, low.id]
    assert status(first) == "CANCELLED"


def test_the_organisation_has_a_limit_of_its_own(create, settings) -> None:
    settings.MAX_JOBS_PER_ORGANIZATION = 2
    one, other = create(timeout=100), create(timeout=200)

    third = create()

    assert [status(job) for job in (one, other, third)] == ["QUEUED", "QUEUED", "PENDING"]
    assert "of this organisation" in third.wait_reason
    services.job_cancel(one)
    assert status(third) == "QUEUED"


def test_a_limit_that_was_raised_is_found_by_the_sweep(create, settings) -> None:
    settings.MAX_JOBS_PER_ORGANIZATION = 1
    create()
    waiting = create()
    settings.MAX_JOBS_PER_ORGANIZATION = 5

    assert admission.sweep() == 1
    assert status(waiting) == "QUEUED"
    assert admission.sweep() == 0


def test_a_child_needs_no_place(start, worker: Worker, acme) -> None:
    child = start(output({"x": "1"}), settings={"max_concurrent_jobs": 1})
    child.workflow.published_version = child.version
    child.workflow.save()
    parent = start(
        {"id": "sub", "type": "subflow", "config": {"workflow": child.workflow.slug}},
        output({"got": "sub"}, after=["sub"]),
    )
    Job.objects.filter(id=child.id).update(due_at=timezone.now() + timedelta(hours=1))

    for _ in range(3):
        if status(parent) != "SUCCESS":
            worker.advance()

    assert status(parent) == "SUCCESS"
    assert Job.objects.get(parent=parent).status == "SUCCESS"


def test_the_limit_holds_when_many_are_created_and_end_at_once(create) -> None:
    job = create(max_concurrent_jobs=2)

    def work(_: int) -> None:
        try:
            made = job_create(workflow=job.workflow, version=job.version, input={}, triggered_by="API")
            if Job.objects.filter(workflow=job.workflow, status="QUEUED").count() > 2:
                raise AssertionError("more than the limit")
            services.job_cancel(made)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(18)))

    assert status(job) == "QUEUED"
    assert Job.objects.filter(status="PENDING").count() == 0
    assert Job.objects.filter(status="CANCELLED").count() == 18


def claimed(count: int = 1) -> list[Job]:
    return [Job.objects.get(id=lease.job_id) for lease in store.claim(uuid7(), limit=count)]


def test_the_most_urgent_goes_first_and_among_equals_the_oldest(create) -> None:
    jobs = {priority: [create(priority=priority) for _ in range(2)] for priority in (3, 2, 1, 0)}
    first = create(priority=0)
    Job.objects.filter(id=jobs[3][0].id).update(priority=3)  # the first was made with the workflow's own priority

    order = [claimed()[0].id for _ in range(9)]

    expected = [jobs[0][0], jobs[0][1], first, jobs[1][0], jobs[1][1], jobs[2][0], jobs[2][1], jobs[3][0], jobs[3][1]]
    assert order == [job.id for job in expected]


def test_urgent_jobs_that_keep_coming_hold_a_low_one_for_fifteen_minutes_at_most(create) -> None:
    low = create(priority=3)
    Job.objects.filter(id=low.id).update(priority=3)
    waited = 0
    for minutes in range(0, 60, 3):
        create(priority=0)
        (job,) = claimed()
        if job.id == low.id:
            waited = minutes
            break
        Job.objects.filter(status="QUEUED").update(due_at=timezone.now() - timedelta(minutes=minutes + 3))

    assert 12 <= waited <= 18


def test_many_claims_at_once_take_every_job_once(create) -> None:
    create()
    for _ in range(39):
        create(priority=1)

    def work(_: int) -> list:
        try:
            return [lease.job_id for _ in range(4) for lease in store.claim(uuid7(), limit=3)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [job for part in pool.map(work, range(4)) for job in part]

    taken += [lease.job_id for _ in range(10) for lease in store.claim(uuid7(), limit=8)]
    assert len(taken) == len(set(taken)) == 40

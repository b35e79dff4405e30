"""Ended jobs go for real, as the policies say, and nothing that is needed goes with them."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from backend.accounts.models import Organization
from backend.common.errors import Conflict
from backend.files import services as files
from backend.files.models import Blob, FileUse, StoredFile
from backend.guards.models import CacheEntry
from backend.jobs import retention, store
from backend.jobs.models import Job, JobEvent, JobTotal, RetentionPolicy, StepRun
from backend.jobs.retention import Policy
from backend.jobs.services import job_create
from backend.workflows.services import workflow_delete
from tests.backend.factories import make_api_key
from tests.workers.engine.conftest import value
from workers.processes import tidying

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ended(run: Callable[..., Job]) -> Callable[..., list[Job]]:
    """`ended(3)`: so many jobs of one workflow, the oldest first, a day apart."""

    def make(count: int, expression: str = "1") -> list[Job]:
        first = run(value("a", expression))
        others = [
            Job.objects.create(
                organization_id=first.organization_id,
                workflow=first.workflow,
                version=first.version,
                triggered_by="API",
                status="SUCCESS",
                due_at=timezone.now(),
            )
            for _ in range(count - 1)
        ]
        jobs = [first, *others]
        for age, job in enumerate(reversed(jobs)):
            Job.objects.filter(id=job.id).update(finished_at=timezone.now() - timedelta(days=age))
        return jobs

    return make


def left() -> list:
    return list(Job.objects.order_by("id").values_list("id", flat=True))


def ids(jobs: list[Job]) -> list:
    return [job.id for job in jobs]


def test_by_age_with_everything_that_belongs_to_a_job(ended, acme: Organization) -> None:
    jobs = ended(4)
    assert StepRun.objects.exists()
    assert JobEvent.objects.exists()
    retention.policy_set(acme, workflow=None, policy=Policy(days=1.5))

    assert retention.sweep() == 2

    assert left() == ids(jobs[2:])
    assert not StepRun.objects.exists()
    assert not JobEvent.objects.exists()


def test_without_a_policy_the_installation_decides(ended, settings) -> None:
    jobs = ended(4)
    assert retention.sweep() == 0

    settings.RETENTION_DAYS = 2.5

    assert retention.sweep() == 1
    assert left() == ids(jobs[1:])
    settings.RETENTION_DAYS = 0
    assert retention.sweep() == 0


def test_by_number(ended, acme: Organization) -> None:
    jobs = ended(5)
    retention.policy_set(acme, workflow=jobs[0].workflow, policy=Policy(jobs=2))

    assert retention.sweep() == 3
    assert left() == ids(jobs[3:])


def test_by_size(ended, acme: Organization) -> None:
    jobs = ended(3)
    for job in jobs[1:]:
        StepRun.objects.create(job=job, path="a", step="a", type="t", status="success", output="x" * 1000)
    retention.policy_set(acme, workflow=None, policy=Policy(megabytes=0.0015))

    assert retention.sweep() == 2
    assert left() == ids(jobs[2:])


def test_a_workflow_may_keep_more_than_its_organisation(ended, acme: Organization) -> None:
    jobs = ended(3)
    retention.policy_set(acme, workflow=None, policy=Policy(days=0.5))
    retention.policy_set(acme, workflow=jobs[0].workflow, policy=Policy(days=0))

    assert retention.sweep() == 0


def test_live_jobs_and_children_of_live_ones_stay(ended, acme: Organization) -> None:
    jobs = ended(4)
    Job.objects.filter(id=jobs[0].id).update(status="WAITING")
    Job.objects.filter(id=jobs[1].id).update(parent=jobs[0])
    retention.policy_set(acme, workflow=None, policy=Policy(days=0.5))

    assert retention.sweep() == 1
    assert left() == [jobs[0].id, jobs[1].id, jobs[3].id]


def test_many_batches(ended, acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    ended(7)
    retention.policy_set(acme, workflow=None, policy=Policy(jobs=1))

    assert retention.sweep() == 6


def test_files_and_large_values_go_with_their_last_job(run, acme: Organization, settings, tmp_path) -> None:
    settings.OFFLOAD_CHARACTERS = 1000
    settings.STEPGRAPH_BLOB_URL = f"file://{tmp_path}/blobs"
    job = run(value("a", "'x' * 5000"), input={"rows": ["y"] * 2000})
    again = job_create(workflow=job.workflow, version=job.version, input={}, triggered_by="RETRY", retried_from=job)
    assert StoredFile.objects.count() == 2

    retention.delete([job.id])
    age_files()
    files.sweep()
    assert StoredFile.objects.count() == 2, "the job that goes on from it needs them"

    Job.objects.filter(id=again.id).update(status="SUCCESS")
    retention.delete([again.id])
    age_files()
    assert files.sweep() == 2
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def age_files() -> None:
    long_ago = timezone.now() - timedelta(hours=25)
    StoredFile.objects.update(created_at=long_ago)
    Blob.objects.update(used_at=long_ago)


def test_files_of_jobs_that_went_with_their_workflow_go_too(run, acme: Organization, settings) -> None:
    settings.OFFLOAD_CHARACTERS = 1000
    job = run(value("a", "'x' * 5000"))
    entry = CacheEntry.objects.create(
        organization=acme, digest="d", workflow_id=job.workflow_id, step="a", keep_until=timezone.now()
    )
    FileUse.objects.create(file=StoredFile.objects.get(), job_id=entry.id)
    job.workflow.delete()
    retention.forget_uses()
    assert FileUse.objects.count() == 2, "too young: a job may be about to be made"
    age_files()

    retention.forget_uses()

    assert list(FileUse.objects.values_list("job_id", flat=True)) == [entry.id]


def record_while(worker, act: Callable[[], None], *, change: store.JobChange | None = None) -> list[int]:
    """Records something of a job, and somebody acts before it is committed; how many rows there are of it then."""
    (lease,) = store.claim(worker.id, limit=1)

    def other() -> None:
        act()
        connections.close_all()

    with ThreadPoolExecutor(1) as others:
        acted: list[Future[None]] = []
        store.checkpoint(
            lease,
            steps=[store.StepRecord("a", "a", "transform", "success", 1)],
            events=[{"type": "job.started"}],
            change=change,
            also=[lambda: acted.append(others.submit(other)), lambda: time.sleep(0.2)],
        )
        acted[0].result()
    return [model.objects.count() for model in (Job, StepRun, JobEvent)]


def test_a_workflow_stays_while_a_job_is_recording_something(start, worker) -> None:
    job = start(value("a", "1"))

    def delete() -> None:
        with pytest.raises(Conflict, match="One of its jobs has not ended yet"):
            workflow_delete(job.workflow)

    assert record_while(worker, delete) == [1, 1, 1]


def test_what_its_last_job_records_while_a_workflow_is_deleted_goes_too(start, worker) -> None:
    job = start(value("a", "1"))
    change = store.JobChange("SUCCESS", ended=True)

    assert record_while(worker, lambda: workflow_delete(job.workflow), change=change) == [0, 0, 0]


def test_policies_over_the_api(client, ended, acme: Organization) -> None:
    workflow = ended(1)[0].workflow
    admin, editor = ({"X-API-Key": make_api_key(acme, scope=scope)} for scope in ("admin", "edit"))
    body = {"workflow": workflow.slug, "days": 7, "jobs": 100}

    refused = client.put("/api/retention/", body, content_type="application/json", headers=editor)
    client.put("/api/retention/", body, content_type="application/json", headers=admin)
    shown = client.put("/api/retention/", {"days": 30}, content_type="application/json", headers=admin).json()

    assert refused.status_code == 403
    assert shown == [
        {"workflow": None, "days": 30, "jobs": None, "megabytes": None},
        {"workflow": workflow.slug, "days": 7, "jobs": 100, "megabytes": None},
    ]
    assert retention.policy_of(workflow) == Policy(days=7, jobs=100)
    assert RetentionPolicy.objects.count() == 2


def test_a_work_that_fails_is_told_and_does_not_stop_the_others(settings) -> None:
    settings.STEPGRAPH_BLOB_URL = "s3://key:secret@bucket?endpoint_url=http://127.0.0.1:9&region=x"

    assert {name: tidying.tidy(name, work) for name, (_, work) in tidying.WORKS.items()}["stored bytes"] == 0


def test_a_fault_of_a_work_does_not_end_the_thread_that_tidies() -> None:
    def broken() -> int:
        raise PermissionError("the folder is not ours")

    assert tidying.tidy("files", broken) == 0


def test_tests_of_steps_that_nobody_waited_for_are_forgotten_and_never_counted(ended, start) -> None:
    old, young = ended(2)
    Job.objects.filter(id__in=[old.id, young.id]).update(is_test=True)
    live = start(value("a", "1"))
    Job.objects.filter(id=live.id).update(is_test=True)

    retention.sweep()

    assert set(left()) == {young.id, live.id}
    assert not JobTotal.objects.exists()
    assert Job.counted.count() == 0

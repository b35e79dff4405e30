"""A step whose packages are being installed waits as a row, holds no worker, and uses up no retry."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.jobs.models import Job, JobStatus
from sandboxes.model import Execution, LogLine, Outcome, Status
from tests.workers.engine.conftest import Worker, events, pass_time, runs

pytestmark = pytest.mark.django_db(transaction=True)


class Installing:
    """A sandbox that has the packages after so many questions."""

    def __init__(self, questions: int) -> None:
        self.left = questions
        self.asked: list[Execution] = []

    def run(self, execution: Execution, *, on_log: Callable[[LogLine], None], cancelled: Callable[[], bool]) -> Outcome:
        self.asked.append(execution)
        self.left -= 1
        if self.left >= 0:
            return Outcome(
                status=Status.LOST, message="Its packages are being installed: six", error_type="packages_pending"
            )
        return Outcome(status=Status.OK, result=3)

    def stats(self) -> dict:
        return {}

    def release(self, job: str) -> None:
        """Nothing is kept for a job."""


def test_waits_without_a_worker_and_goes_on(start: Callable[..., Job], worker: Worker) -> None:
    sandbox = Installing(2)
    worker._tools = type(worker._tools)(sandbox=sandbox, http=worker._tools.http, outside=worker._tools.outside)
    step = {"id": "s", "type": "script", "config": {"code": "return 3", "packages": ["six"]}}
    job = start(step)

    waits = []
    for _ in range(2):
        worker.advance()
        job.refresh_from_db()
        waits.append((job.status, job.wait_reason))
        pass_time(job, hours=1)
    worker.advance()
    job.refresh_from_db()

    assert waits == [(JobStatus.WAITING, "Its packages are being installed: six")] * 2
    assert (job.status, runs(job)["s"].output) == (JobStatus.SUCCESS, 3)
    assert [execution.packages for execution in sandbox.asked] == [("six",)] * 3
    assert all(attempt["error"] is None and attempt["ended_at"] for attempt in runs(job)["s"].attempts)
    assert events(job)[-2:] == ["step.completed", "job.completed"]

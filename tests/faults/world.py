"""Workflows, jobs, what schedulers and people do meanwhile, and what was seen outside."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections

from tests.faults import effects
from tests.faults.corpus import BY_NAME
from tests.faults.processes import LEASE_SECONDS, reap
from tests.faults.watch import Watch

PATIENCE = float(os.environ.get("STEPGRAPH_FAULT_PATIENCE", "90"))
_LIVE = ["PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"]


class World:
    """A server outside, the workflows of the corpus, and an eye on all jobs."""

    def __init__(self, folder: Path, *, sweeps: bool = True) -> None:
        self.log = folder / "effects.log"
        self.pid, port = effects.serve(self.log)
        self.watch = Watch(self.log)
        self._address = f"127.0.0.1:{port}"
        self._versions: dict[str, Any] = {}
        self._sweeps = sweeps
        for name in BY_NAME:
            self._version(name)  # before any job: some start jobs of others

    def create(self, name: str) -> Any:
        """A job of a workflow of the corpus."""
        from backend.jobs.services import job_create

        version = self._version(name)
        return job_create(workflow=version.workflow, version=version, input={}, triggered_by="API")

    def _version(self, name: str) -> Any:
        from backend.accounts.models import Organization
        from backend.workflows.models import Workflow, WorkflowVersion

        if name not in self._versions:
            case = BY_NAME[name]
            organization, _ = Organization.objects.get_or_create(slug="faults", defaults={"name": "Faults"})
            steps = json.loads(json.dumps(case.steps).replace("EFFECTS", self._address))
            definition = {"stepgraph": 1, "name": name, "steps": steps, **case.document}
            slug = name.replace(" ", "-")
            workflow = Workflow.objects.create(organization=organization, slug=slug, name=name, definition=definition)
            version = WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition, checksum=slug)
            workflow.published_version = version
            workflow.save()
            self._versions[name] = version
        return self._versions[name]

    def tend(self) -> None:
        """What schedulers and people do meanwhile."""
        from workers.processes import scheduler

        if self._sweeps:
            scheduler.sweep(lease_seconds=LEASE_SECONDS)
        self._decide()
        self._cancel()
        self.watch.look()

    def _decide(self) -> None:
        from backend.jobs.models import StepWait
        from backend.jobs.services import signal_deliver

        for wait in StepWait.objects.filter(signal="approval", delivered_at__isnull=True):
            signal_deliver(job_id=wait.job_id, path=wait.path, delivery={"decision": "approved"}, actor="suite")

    def _cancel(self) -> None:
        """The jobs that nobody wants to end by themselves, once their last step goes on."""
        from backend.jobs.errors import IllegalTransition
        from backend.jobs.models import Job
        from backend.jobs.services import job_cancel

        ready = Job.objects.filter(
            workflow__slug__startswith="cancelled",
            status__in=_LIVE,
            cancel_requested_at=None,
            steps__step="endless",
            steps__status__in=["running", "waiting"],
        )
        for job in ready:
            try:
                job_cancel(job, reason="the suite wants it", actor="suite")
            except IllegalTransition:
                continue  # somebody was quicker

    def live(self) -> int:
        """Jobs that have not ended."""
        from backend.jobs.models import Job

        return Job.objects.filter(status__in=_LIVE).count()

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
        """Tends the world until something is so; False when it takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                self.tend()
                if condition():
                    return True
            except DatabaseError:
                connections.close_all()  # it is being restarted
            time.sleep(0.1)
        return False

    def close(self) -> None:
        """Ends the server outside."""
        reap(self.pid)


@contextmanager
def world(*, sweeps: bool = True) -> Iterator[World]:
    """A world of its own; without `sweeps` somebody else is the scheduler."""
    with tempfile.TemporaryDirectory(prefix="stepgraph-faults-") as folder:
        made = World(Path(folder), sweeps=sweeps)
        try:
            yield made
        finally:
            made.close()

"""A worker without a process: claims a job and advances it in the test's own thread, on the real database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models.functions import Now

from backend.accounts.actor import Actor
from backend.accounts.models import Organization
from backend.catalog.connectors import Outside
from backend.common.egress import EgressClient, EgressPolicy
from backend.common.ids import uuid7
from backend.connectors.services.connectors import connector_create
from backend.jobs import event_rows, selectors, store
from backend.jobs.models import Job, StepRun
from backend.jobs.services import job_create
from backend.workflows.models import Workflow, WorkflowVersion
from sandboxes.client import SandboxClient
from tests.backend.factories import make_organization
from tests.http_server import Answer, Handler, Server
from workers.engine.attempts.context import Tools
from workers.engine.base.signals import Signals
from workers.engine.owner.runner import Runner


@pytest.fixture
def acme(db: None) -> Organization:
    return make_organization("acme")


class Worker:
    """The engine's runner with real tools; scripts are not for these tests."""

    def __init__(self) -> None:
        self.id: UUID = uuid7()
        self.signals = Signals()
        self._pool = ThreadPoolExecutor(8)
        policy = EgressPolicy.from_words(["127.0.0.0/8"])
        self._tools = Tools(
            sandbox=SandboxClient("unix:///nowhere.sock"),
            http=EgressClient(policy),
            outside=Outside(policy),
        )
        store.worker_register(self.id, host="test", pid=os.getpid(), sandbox={})

    def advance(self) -> None:
        """Claims the next due job and goes on with it until it ends, waits, or its lease is lost."""
        (lease,) = store.claim(self.id, limit=1)
        loaded = selectors.job_load(lease.job_id)
        Runner(lease, loaded, tools=self._tools, pool=self._pool, signals=self.signals).run()

    def close(self) -> None:
        self._pool.shutdown()


@pytest.fixture
def worker(acme: Organization) -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def other_worker(worker: Worker) -> Iterator[Worker]:
    """One more, for what the first has left."""
    made = Worker()
    yield made
    made.close()


def lose(worker: Worker) -> None:
    """What the sweep does with a worker that is gone. Called from a server's thread, so it closes its connection."""
    store.worker_forget(worker.id)
    store.free_orphans()
    connection.close()


def kill(worker: Worker) -> None:
    """The same, and nothing of it lives on: it does not hear the answer to what it has just sent."""
    lose(worker)
    worker.signals.lost.set()


@contextmanager
def frozen(statement: str) -> Iterator[None]:
    """Another process has done something, and stopped before it committed; nobody here waits for long for it."""
    other = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 3000")
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            assert cursor.fetchone() == ("1min",)
            cursor.execute(statement)
        yield
    finally:
        other.rollback()  # its locks are gone when this returns; after a mere `close` the server takes its time
        other.close()


@pytest.fixture
def connect(acme: Organization) -> Callable[..., None]:
    """`connect("team", "smtp", host=…)`: a connector of the organisation."""
    actor = Actor(user=None, api_key=None, organization=acme, role="owner")

    def make(slug: str, kind: str, **config: Any) -> None:
        connector_create(actor, values={"name": slug, "slug": slug, "type": kind, "config": config})

    return make


@pytest.fixture
def start(acme: Organization) -> Callable[..., Job]:
    """`start(step, step, input={…}, settings={…})`: a job of a workflow with these steps."""

    def make(*steps: dict, input: dict | None = None, start_at: str = "", **document: object) -> Job:  # noqa: A002 the format’s own word
        definition = {"stepgraph": 1, "name": "Test", "steps": list(steps), **document}
        slug = f"test-{uuid7()}"
        workflow = Workflow.objects.create(organization=acme, slug=slug, name="Test", definition=definition)
        version = WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition, checksum=slug[:64])
        return job_create(workflow=workflow, version=version, input=input or {}, triggered_by="API", start_at=start_at)

    return make


@pytest.fixture
def run(start: Callable[..., Job], worker: Worker) -> Callable[..., Job]:
    """Starts a job and advances it once."""

    def go(*steps: dict, **options: object) -> Job:
        job = start(*steps, **options)
        worker.advance()
        job.refresh_from_db()
        return job

    return go


@pytest.fixture
def again(start: Callable[..., Job], worker: Worker) -> Callable[..., Job]:
    """Runs one workflow many times: `again(steps)`, then `again()` for the same one."""
    made: list[Job] = []

    def go(*steps: dict, **options: object) -> Job:
        job = start(*steps, **options) if steps else another(made[-1], **options)
        made.append(job)
        worker.advance()
        job.refresh_from_db()
        return job

    return go


@pytest.fixture
def publish(acme: Organization) -> Callable[..., Workflow]:
    """`publish("child", step, step)`: another published version of a workflow."""

    def make(slug: str, *steps: dict, **document: object) -> Workflow:
        definition = {"stepgraph": 1, "name": slug, "steps": list(steps), **document}
        workflow, _ = Workflow.objects.get_or_create(
            organization=acme, slug=slug, defaults={"name": slug, "definition": definition}
        )
        number = workflow.versions.count() + 1
        version = WorkflowVersion.objects.create(
            workflow=workflow, number=number, definition=definition, checksum=f"{slug}{number}"
        )
        workflow.published_version = version
        workflow.save()
        return workflow

    return make


def value(id_: str, expression: str, **options: object) -> dict:
    """A pure step that gives one value."""
    return {"id": id_, "type": "transform", "config": {"values": {"value": expression}}, **options}


def output(expressions: dict[str, str], **options: object) -> dict:
    """An output step."""
    return {"id": "out", "type": "output", "config": {"values": expressions}, **options}


def call(id_: str, url: str, **options: object) -> dict:
    """A step with an effect outside."""
    config = {"method": "POST", "url": url, **options.pop("config", {})}
    return {"id": id_, "type": "api", "config": config, **options}


def subflow(id_: str, workflow: str, *, options: dict | None = None, **config: object) -> dict:
    """A workflow as a step."""
    return {"id": id_, "type": "subflow", "config": {"workflow": workflow, **config}, **(options or {})}


def finish(worker: Worker, job: Job, *, most: int = 100) -> Job:
    """Advances this job and its children until it has ended, or nothing is due."""
    for _ in range(most):
        job.refresh_from_db()
        if job.status in {"SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"} or not store.anything_due():
            break
        worker.advance()
    job.refresh_from_db()
    return job


def another(job: Job, **options: object) -> Job:
    """One more job of the same version."""
    return job_create(
        workflow=job.workflow, version=job.version, triggered_by="API", input=options.get("input", job.input)
    )


def together(jobs: int) -> list[Job]:
    """Advances that many queued jobs at the same time, each in a thread like those of a worker."""

    def work(_: int) -> None:
        own = Worker()
        try:
            own.advance()
        finally:
            own.close()
            connection.close()

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, range(jobs)))
    return list(Job.objects.order_by("-id")[:jobs])


def make_due(job: Job) -> None:
    """By the database's clock, which a claim asks: on SQLite it counts milliseconds, this process finer ones."""
    Job.objects.filter(id=job.id).update(due_at=Now())


def pass_time(job: Job, *, hours: float) -> None:
    """What the clock would do."""
    delta = timedelta(hours=hours)
    for run in job.steps.filter(status="waiting"):
        if run.resume_at:
            run.resume_at -= delta
            run.aside["wait"]["until"] = run.resume_at.isoformat()
            run.save()
    job.refresh_from_db()
    Job.objects.filter(id=job.id).update(due_at=job.due_at - delta)


def runs(job: Job) -> dict[str, StepRun]:
    return {run.path: run for run in StepRun.objects.filter(job=job).order_by("order", "id")}


def statuses(job: Job) -> dict[str, str]:
    return {path: run.status for path, run in runs(job).items()}


def events(job: Job) -> list[str]:
    return [event["type"] for event in told(job)]


def told(job: Job) -> list[dict[str, Any]]:
    rows = job.events.order_by("seq").values_list("seq", "data")
    found = [numbered for last, data in rows for numbered in event_rows.of_row(job.id, last, data)]
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    return [data for _, data in found]


def answers(*scripted: Answer | Callable[[Handler], None]) -> Answer:
    """An answer that is another one each time; the last one stays."""
    left = list(scripted)

    def write(handler: Handler) -> None:
        chosen = left.pop(0) if len(left) > 1 else left[0]
        if not isinstance(chosen, Answer):
            chosen(handler)
            chosen = Answer()
        handler.send_response(chosen.status)
        for name, text in {"Content-Length": str(len(chosen.body)), **chosen.headers}.items():
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(chosen.body)

    return Answer(write=write)


def json_answer(body: object, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


def paths(server: Server) -> Sequence[str]:
    return [seen.path for seen in server.seen]

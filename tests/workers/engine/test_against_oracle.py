"""Random workflows come to what the format says, with one owner or with two, one of which was lost somewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organization
from backend.common.egress import EgressClient, EgressPolicy
from backend.common.ids import uuid7
from backend.jobs import control, selectors, store
from backend.jobs.models import Job, StepRun, StepWait
from backend.jobs.services import signal_deliver
from backend.workflows.models import Workflow, WorkflowVersion
from tests.workers.engine import graphs, oracle
from tests.workers.engine.conftest import runs
from workers.engine import recorder
from workers.engine.context import Tools
from workers.engine.runner import Runner
from workers.engine.signals import Signals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]  # to make a failure small takes long
_ENDS = ("SUCCESS", "FAILED")
few = settings(
    max_examples=int(os.environ.get("STEPGRAPH_TEST_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def advance(scripts: graphs.Scripts) -> None:
    """Another owner claims the job and goes on with it. Ends only after all that it started."""
    owner = uuid7()
    store.worker_register(owner, host="test", pid=os.getpid(), sandbox={})
    tools = Tools(sandbox=scripts, http=EgressClient(EgressPolicy.from_words([])))
    try:
        with ThreadPoolExecutor(4) as pool:
            (lease,) = store.claim(owner, limit=1)
            Runner(lease, selectors.job_load(lease.job_id), tools=tools, pool=pool, signals=Signals()).run()
    finally:
        store.worker_forget(owner)
        store.free_orphans()


@contextmanager
def losing(number: int, *, committed: bool, often: bool) -> Iterator[None]:
    """The owner is lost at its n-th checkpoint, before or after the commit."""
    left, honest, most = [number], store.checkpoint, recorder._MOST_RECORDS

    def checkpoint(*args: Any, **named: Any) -> bool:
        left[0] -= 1
        if left[0] == 0 and not committed:
            raise store.LeaseLost
        answer = honest(*args, **named)
        if left[0] == 0:
            raise store.LeaseLost
        return answer

    store.checkpoint, recorder._MOST_RECORDS = checkpoint, 1 if often else most
    try:
        yield
    finally:
        store.checkpoint, recorder._MOST_RECORDS = honest, most


def begin(start: Callable[..., Job], document: dict[str, Any], start_at: str) -> Job:
    steps = [{key: value for key, value in step.items() if key != "meaning"} for step in document["steps"]]
    job = start(*steps, settings=document["settings"], start_at=start_at)
    publish(job.organization)
    return job


def publish(organization: Organization) -> None:
    """The workflows that others start, once."""
    for slug, steps in graphs.PUBLISHED.items():
        definition = {"stepgraph": 1, "name": slug, "steps": steps}
        workflow, new = Workflow.objects.get_or_create(
            organization=organization, slug=slug, defaults={"name": slug, "definition": definition}
        )
        if new:
            version = WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition, checksum=slug)
            Workflow.objects.filter(id=workflow.id).update(published_version=version)


@dataclass
class Lost:
    """What stood in the database, and had been done, when an owner was lost; nothing if none was."""

    recorded: dict[str, StepRun] = field(default_factory=dict)
    executed: dict[str, int] = field(default_factory=dict)


def finish(job: Job, document: dict[str, Any], scripts: graphs.Scripts) -> Lost:
    """One owner after the other, and what the job's waiting steps wait for, until it has ended; then its children."""
    lost, deadline = Lost(), time.monotonic() + 60
    while not ended(job):
        assert time.monotonic() < deadline, f"{job.status}: {job.wait_reason}"
        deliver(job, document)
        if not store.anything_due():
            time.sleep(0.005)
            continue
        try:
            advance(scripts)
        except store.LeaseLost:
            lost = Lost(_ended(job), dict(scripts.runs))
    control.cancel_forsaken()
    while store.anything_due():
        with suppress(store.LeaseLost):
            advance(scripts)
    assert not Job.objects.exclude(status__in=[*_ENDS, "CANCELLED"]).exists()  # no child is forgotten
    return lost


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return job.status in _ENDS


def deliver(job: Job, document: dict[str, Any]) -> None:
    meanings = {step["id"]: step["meaning"] for step in document["steps"]}
    for wait in StepWait.objects.filter(job=job, signal="event", delivered_at=None):
        meaning = meanings[wait.path.rpartition(".")[2]]
        if meaning != "fails":
            signal_deliver(job_id=job.id, path=wait.path, delivery=meaning, actor="test")


def compare(job: Job, document: dict[str, Any], start_at: str) -> None:
    job.refresh_from_db()
    expected, found = oracle.interpret(document, start_at=start_at), runs(job)
    assert job.status == expected.status
    undoing = check_undone(job, document, found)
    assert found.keys() - undoing <= expected.statuses.keys()
    for path, status in expected.statuses.items():
        run = found.get(path)
        if expected.is_loose(path) and (run is None or run.status == "cancelled"):
            continue
        assert run is not None, path
        assert run.status == status, path
        assert oracle.same(expected.outputs.get(path), run.output), path
    told = Job.objects.filter(triggered_by="ERROR", input__job__id=str(job.id)).count()
    assert told == (1 if job.status == "FAILED" and document["settings"]["error_workflow"] else 0)


def check_undone(job: Job, document: dict[str, Any], found: dict[str, StepRun]) -> set[str]:
    """Of a job that has failed all that succeeded is undone, last things first; of another one nothing."""
    targets = {step["id"]: step["compensate"] for step in document["steps"] if "compensate" in step}
    fails = {step["id"] for step in document["steps"] if step["meaning"] == "fails"}
    done = [run for run in found.values() if run.step in targets and run.status == "success"]
    done.sort(key=lambda run: (run.attempts[-1]["ended_at"], run.order), reverse=True)
    undone = sorted((run for run in found.values() if run.step in targets.values()), key=lambda run: run.order)

    expected = [run.path.removesuffix(run.step) + targets[run.step] for run in done] if job.status == "FAILED" else []
    assert [run.path for run in undone] == expected
    assert all(run.status == ("failed" if run.step in fails else "success") for run in undone)
    return {run.path for run in undone}


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    document = draw(graphs.documents())
    undoing = {step.get("compensate") for step in document["steps"]}
    top = [step["id"] for step in document["steps"] if "parent" not in step and step["id"] not in undoing]
    return document, draw(st.sampled_from(["", "", "", *top]))


@few
@given(case=cases())
def test_a_job_comes_to_what_the_format_says(start, case) -> None:
    document, start_at = case
    job = begin(start, document, start_at)

    finish(job, document, graphs.Scripts())

    compare(job, document, start_at)


@few
@given(case=cases(), number=st.integers(1, 16), committed=st.booleans(), often=st.booleans())
def test_it_comes_to_the_same_when_its_owner_is_lost(start, case, number, committed, often) -> None:
    document, start_at = case
    job, scripts = begin(start, document, start_at), graphs.Scripts()

    with losing(number, committed=committed, often=often):
        lost = finish(job, document, scripts)

    compare(job, document, start_at)
    after = runs(job)
    for path, run in lost.recorded.items():
        assert (after[path].status, after[path].output, after[path].attempts) == (run.status, run.output, run.attempts)
        if run.type == "script" and run.status != "skipped":
            place = f"{job.id}/{_place(path)}"
            assert scripts.runs[place] == lost.executed[place]


def _ended(job: Job) -> dict[str, StepRun]:
    return {path: run for path, run in runs(job).items() if run.status in {"success", "failed", "skipped"}}


def _place(path: str) -> str:
    """`a[1].b[0].c` as the scripts of `graphs` name themselves: `c 1 0`."""
    *loops, id_ = path.split(".")
    return " ".join([id_, *(loop.partition("[")[2].removesuffix("]") for loop in loops)])

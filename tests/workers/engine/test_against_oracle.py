"""Random workflows come to what the format says, with one owner or with two, one of which was lost somewhere.

What steps wait for, events and decisions, comes between two owners or in the middle of one's work, and always twice.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organization
from backend.approvals.errors import DecidedBefore, NoLongerOpen
from backend.approvals.models import Approval
from backend.approvals.services import deciding
from backend.common.egress import EgressClient, EgressPolicy
from backend.common.ids import uuid7
from backend.jobs import control, selectors, store
from backend.jobs.models import Job, StepRun, StepWait
from backend.jobs.services import event_send
from backend.workflows.models import Workflow, WorkflowVersion
from tests.workers.engine import graphs, oracle
from tests.workers.engine.conftest import runs
from workers.engine.attempts.context import Tools
from workers.engine.base.signals import Signals
from workers.engine.flow import recorder
from workers.engine.owner.runner import Runner

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
def disturbed(*, before: Callable[[int], None], after: Callable[[int], None], often: bool = False) -> Iterator[None]:
    """Something happens around the n-th checkpoint, counted over all owners."""
    counted, honest, most = count(1), store.checkpoint, recorder._MOST_RECORDS

    def checkpoint(*args: Any, **named: Any) -> store.Asked:
        number = next(counted)
        before(number)
        answer = honest(*args, **named)
        after(number)
        return answer

    store.checkpoint, recorder._MOST_RECORDS = checkpoint, 1 if often else most
    try:
        yield
    finally:
        store.checkpoint, recorder._MOST_RECORDS = honest, most


@dataclass
class Outside:
    """The people and programs that the steps of a job wait for."""

    job: Job
    meanings: dict[str, Any]
    decided: dict[str, str] = field(default_factory=dict)  # by path

    def act(self) -> None:
        """Everybody does their part, as far as somebody waits for it."""
        for wait in StepWait.objects.filter(job=self.job, delivered_at=None).exclude(signal="child"):
            meaning = self.meanings[wait.path.rpartition(".")[2]]
            if wait.signal == "event" and meaning != "fails":
                self.send(wait.key, meaning["payload"])
            elif wait.signal == "approval" and meaning != "expired":
                self.vote(Approval.objects.get(job=self.job, path=wait.path), meaning)

    def send(self, name: str, payload: str) -> None:
        """Twice: the second one is kept for a later iteration, or for nobody."""
        for _ in range(2):
            event_send(self.job.organization, name, payload)

    def send_early(self) -> None:
        """Events that perhaps nobody waits for yet."""
        for step, meaning in self.meanings.items():
            if isinstance(meaning, dict):
                self.send(f"{step}/{self.job.id}", meaning["payload"])

    def vote(self, approval: Approval, decision: str) -> None:
        """One more person, who tries twice. Nobody knows whether it is in time before it is written down."""
        person = deciding.Person(f"person {approval.decisions.count()}")
        with suppress(NoLongerOpen):
            if deciding.decide(approval, person, deciding.Answer(decision)).status == decision:
                self.decided[approval.path] = decision
        with pytest.raises((NoLongerOpen, DecidedBefore)):
            deciding.decide(approval, person, deciding.Answer("approved"))


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


def outside_of(job: Job, document: dict[str, Any]) -> Outside:
    return Outside(job, {step["id"]: step["meaning"] for step in document["steps"]})


@dataclass
class Lost:
    """What stood in the database, and had been done, when an owner was lost; nothing if none was."""

    recorded: dict[str, StepRun] = field(default_factory=dict)
    executed: dict[str, int] = field(default_factory=dict)


def finish(job: Job, outside: Outside, scripts: graphs.Scripts, *, eager: bool = True) -> Lost:
    """One owner after the other, and what the job's waiting steps wait for, until it has ended; then its children."""
    lost, deadline = Lost(), time.monotonic() + 60
    while not ended(job):
        assert time.monotonic() < deadline, f"{job.status}: {job.wait_reason}"
        is_due = store.anything_due()
        if eager or not is_due:
            outside.act()
        if not (is_due or store.anything_due()):
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


def compare(job: Job, document: dict[str, Any], start_at: str, decided: dict[str, str]) -> None:
    job.refresh_from_db()
    expected, found = oracle.interpret(document, start_at=start_at, decided=decided), runs(job)
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
    check_decided(job, found)
    told = [one.input["job"]["id"] for one in Job.objects.filter(triggered_by="ERROR")].count(str(job.id))
    assert told == (1 if job.status == "FAILED" and document["settings"]["error_workflow"] else 0)


def check_decided(job: Job, found: dict[str, StepRun]) -> None:
    """What was asked is told to have ended as its step has."""
    for approval in Approval.objects.filter(job=job):
        run = found[approval.path]
        if run.status == "success":
            assert approval.status == run.output["decision"]
        assert approval.status != "pending"  # of a step that was stopped it is told how far it had come


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
    outside = outside_of(job, document)

    finish(job, outside, graphs.Scripts())

    compare(job, document, start_at, outside.decided)


@few
@given(
    case=cases(),
    number=st.integers(1, 16),
    committed=st.booleans(),
    often=st.booleans(),
    when=st.sampled_from(["between", "before", "after", "early"]),
    since=st.integers(1, 8),
)
def test_it_comes_to_the_same_when_its_owner_is_lost(start, case, number, committed, often, when, since) -> None:
    """And when what its steps wait for arrives while they begin to wait, or just before the owner is lost."""
    document, start_at = case
    job, scripts = begin(start, document, start_at), graphs.Scripts()
    outside = outside_of(job, document)

    def before(here: int) -> None:
        if here >= since and when == "early":
            outside.send_early()
        if here >= since and when == "before":
            outside.act()
        if here == number and not committed:
            raise store.LeaseLost

    def after(here: int) -> None:
        if here >= since and when == "after":
            outside.act()
        if here == number and committed:
            raise store.LeaseLost

    with disturbed(before=before, after=after, often=often):
        lost = finish(job, outside, scripts, eager=when == "between")

    compare(job, document, start_at, outside.decided)
    after_all = runs(job)
    for path, run in lost.recorded.items():
        same = after_all[path]
        assert (same.status, same.output, same.attempts) == (run.status, run.output, run.attempts)
        if run.type == "script" and run.status != "skipped":
            place = f"{job.id}/{_place(path)}"
            assert scripts.runs[place] == lost.executed[place]


def _ended(job: Job) -> dict[str, StepRun]:
    return {path: run for path, run in runs(job).items() if run.status in {"success", "failed", "skipped"}}


def _place(path: str) -> str:
    """`a[1].b[0].c` as the scripts of `graphs` name themselves: `c 1 0`."""
    *loops, id_ = path.split(".")
    return " ".join([id_, *(loop.partition("[")[2].removesuffix("]") for loop in loops)])

"""Random workflows come to what the format says, with one owner or with two, one of which was lost somewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.common.egress import EgressClient, EgressPolicy
from backend.common.ids import uuid7
from backend.jobs import selectors, store
from backend.jobs.models import Job, StepRun
from tests.workers.engine import graphs, oracle
from tests.workers.engine.conftest import runs
from workers.engine import recorder
from workers.engine.context import Tools
from workers.engine.runner import Runner
from workers.engine.signals import Signals

pytestmark = pytest.mark.django_db(transaction=True)
few = settings(
    max_examples=int(os.environ.get("STEPGRAPH_TEST_EXAMPLES", "60")),
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
    return start(*steps, settings=document["settings"], start_at=start_at)


def compare(job: Job, document: dict[str, Any], start_at: str) -> None:
    job.refresh_from_db()
    expected, found = oracle.interpret(document, start_at=start_at), runs(job)
    assert job.status == expected.status
    assert found.keys() <= expected.statuses.keys()
    for path, status in expected.statuses.items():
        run = found.get(path)
        if any(path.startswith(prefix) for prefix in expected.loose) and (run is None or run.status == "cancelled"):
            continue
        assert run is not None, path
        assert run.status == status, path
        assert oracle.same(expected.outputs.get(path), run.output), path


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    document = draw(graphs.documents())
    top = [step["id"] for step in document["steps"] if "parent" not in step]
    return document, draw(st.sampled_from(["", "", "", *top]))


@few
@given(case=cases())
def test_a_job_comes_to_what_the_format_says(start, case) -> None:
    document, start_at = case
    job = begin(start, document, start_at)

    advance(graphs.Scripts())

    compare(job, document, start_at)


@few
@given(case=cases(), number=st.integers(1, 12), committed=st.booleans(), often=st.booleans())
def test_it_comes_to_the_same_when_its_owner_is_lost(start, case, number, committed, often) -> None:
    document, start_at = case
    job, scripts = begin(start, document, start_at), graphs.Scripts()

    with losing(number, committed=committed, often=often), suppress(store.LeaseLost):
        advance(scripts)
    recorded, executed = _ended(job), dict(scripts.runs)
    job.refresh_from_db()
    if job.status not in {"SUCCESS", "FAILED"}:
        advance(scripts)

    compare(job, document, start_at)
    after = runs(job)
    for path, run in recorded.items():
        assert (after[path].status, after[path].output, after[path].attempts) == (run.status, run.output, run.attempts)
        if run.type == "script" and run.status != "skipped":
            place = f"{job.id}/{_place(path)}"
            assert scripts.runs[place] == executed[place]


def _ended(job: Job) -> dict[str, StepRun]:
    return {path: run for path, run in runs(job).items() if run.status in {"success", "failed", "skipped"}}


def _place(path: str) -> str:
    """`a[1].b[0].c` as the scripts of `graphs` name themselves: `c 1 0`."""
    *loops, id_ = path.split(".")
    return " ".join([id_, *(loop.partition("[")[2].removesuffix("]") for loop in loops)])

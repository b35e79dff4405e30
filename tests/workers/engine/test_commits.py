"""How often a job writes: about once for each step with an effect, and pure steps ride along."""

from __future__ import annotations

import pytest

from backend.jobs import store
from backend.workflows.format import Definition
from tests.workers.engine.conftest import call, json_answer, make_due, output, value
from workers.engine.base import plans
from workers.engine.flow import recorder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def checkpoints(monkeypatch) -> list[int]:
    written: list[int] = []
    honest = store.checkpoint

    def counted(*args, steps, **named):
        written.append(len(steps))
        return honest(*args, steps=steps, **named)

    monkeypatch.setattr(store, "checkpoint", counted)
    monkeypatch.setattr(recorder, "_LONGEST", 3600.0)  # on a slow machine, time alone would write now and then
    return written


def test_one_commit_for_a_job_of_pure_steps(run, checkpoints) -> None:
    run(*[value(f"s{n}", "1", after=[f"s{n - 1}"] if n else []) for n in range(30)])

    assert len(checkpoints) == 1


def test_about_one_commit_for_each_step_with_an_effect(run, server, checkpoints) -> None:
    server.answers["/a"] = json_answer({})
    calls = [call(f"s{n}", f"{server.url}/a", after=[f"p{n - 1}"] if n else []) for n in range(6)]
    pure = [value(f"p{n}", "1", after=[f"s{n}"]) for n in range(6)]

    run(*calls, *pure, output({"done": "true"}, after=["p5"]))

    assert len(checkpoints) <= 1.3 * len(calls)


def test_branches_share_their_commits(run, server, checkpoints) -> None:
    server.answers["/a"] = json_answer({})

    run(*[call(f"s{n}", f"{server.url}/a") for n in range(8)])

    assert len(checkpoints) <= 3


def test_a_version_is_read_once(start, worker, monkeypatch) -> None:
    read = []
    honest = Definition.model_validate
    monkeypatch.setattr(plans, "stored", lambda document: read.append(1) or honest(document))
    job = start(value("a", "1"), {"id": "rest", "type": "wait", "after": ["a"], "config": {"seconds": 0.01}})
    for _ in range(2):
        type(job).objects.filter(id=job.id).update(status="QUEUED")
        make_due(job)
        worker.advance()

    assert read == [1]

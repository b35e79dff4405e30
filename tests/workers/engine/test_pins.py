"""Pinned outputs: used when a draft is tried out, and never by a published version."""

from __future__ import annotations

import pytest

from backend.workflows.models import WorkflowVersion
from tests.workers.engine.conftest import call, output, runs, statuses, value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def steps(server) -> list[dict]:
    return [
        call("ask", f"{server.url}/nowhere", pinned_output={"kind": "big"}),
        {
            "id": "check",
            "type": "condition",
            "after": ["ask"],
            "config": {"expression": "false"},
            "pinned_output": "true",
        },
        value("yes", "ask.kind", after=["check.true"]),
        {"id": "each", "type": "loop", "after": ["yes"], "config": {"times": 2}, "pinned_output": [7]},
        value("body", "1 / 0", parent="each"),
        output({"all": "each", "kind": "yes.value"}, after=["each"]),
    ]


def test_a_draft_uses_them_and_takes_their_branches(start, worker, server, steps) -> None:
    job = start(*steps)
    WorkflowVersion.objects.filter(id=job.version_id).update(number=None)

    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.output) == ("SUCCESS", {"all": [7], "kind": "big"})
    assert server.seen == []
    assert "each[0].body" not in runs(job)
    assert all(runs(job)[path].aside == {"pinned": True} for path in ("ask", "check", "each"))


def test_a_published_version_does_the_work(run, server, steps) -> None:
    job = run(*steps)

    assert (job.status, statuses(job)["ask"]) == ("FAILED", "failed")
    assert [seen.path for seen in server.seen] == ["/nowhere"]

"""What is recorded is read in pieces: the next owner of a large loop takes it over without holding all of it."""

from __future__ import annotations

import pytest

from backend.jobs import recorded
from backend.jobs.models import Job, StepRun
from backend.jobs.recorded import Recorded
from backend.jobs.services import event_send
from tests.workers.engine.conftest import Answer, call, events, make_due, output, value
from workers.engine.flow.takeover import Takeover

pytestmark = pytest.mark.django_db(transaction=True)


def loop(items: str, **config: object) -> dict:
    return {"id": "each", "type": "loop", "config": {"items": f"{{{{ {items} }}}}", **config}}


@pytest.fixture
def most(monkeypatch) -> list[int]:
    """How many step runs were in memory at once."""
    seen = [0]
    read = Takeover._read

    def counted(self: Takeover) -> bool:
        found = read(self)
        seen[0] = max(seen[0], len(self._recorded))
        return found

    monkeypatch.setattr(Takeover, "_read", counted)
    monkeypatch.setattr(recorded, "PIECE", 20)
    return seen


@pytest.mark.parametrize("concurrency", [1, 5])
def test_a_large_loop_is_taken_over_in_pieces_and_nothing_is_done_again(
    start, worker, server, most, concurrency: int
) -> None:
    server.answers |= {"/once": Answer(200), "/last": Answer(200)}
    job = start(
        loop("range(60)", concurrency=concurrency),
        call("effect", f"{server.url}/once", parent="each"),
        value("n", "item * 2", parent="each", after=["effect"]),
        {"id": "hold", "type": "wait", "after": ["each"], "config": {"event": "go"}},
        output({"sum": "sum(x.value for x in each)"}, after=["hold"]),
    )
    worker.advance()
    half = StepRun.objects.filter(job=job, path__regex=r"^each\[(4|5)\d\]")
    assert half.count() == 40
    assert Job.objects.get(id=job.id).status == "WAITING"
    # As if its worker had been lost after 40 iterations, with the loop still under way.
    half.delete()
    StepRun.objects.filter(job=job, path="hold").delete()
    StepRun.objects.filter(job=job, path="each").update(status="running", output=None, ended_at=None)
    make_due(job)
    server.seen.clear()

    worker.advance()
    event_send(job.organization, "go", None)
    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.output) == ("SUCCESS", {"sum": 2 * sum(range(60))})
    assert len(server.seen) == 20
    assert 0 < most[0] <= 60
    assert events(job)[-1] == "job.completed"


def test_the_inside_of_a_loop_that_is_over_is_not_read(start, worker, most) -> None:
    job = start(
        loop("range(200)", collect="last"),
        value("n", "item", parent="each"),
        {"id": "hold", "type": "wait", "after": ["each"], "config": {"event": "go"}},
        value("end", "each", after=["hold"]),
    )
    worker.advance()

    event_send(job.organization, "go", None)
    worker.advance()

    job.refresh_from_db()
    assert job.status == "SUCCESS"
    assert most[0] <= 20
    assert StepRun.objects.get(job=job, path="end").output == {"value": {"value": 199}}


def test_pieces_are_complete_in_order_and_without_what_came_later(start, worker, monkeypatch) -> None:
    monkeypatch.setattr(recorded, "PIECE", 7)
    job = start(loop("range(30)", collect="none"), value("n", "item", parent="each"))
    worker.advance()
    every = [run.path for run in StepRun.objects.filter(job=job).order_by("order", "id")]

    source = Recorded(job.id, any_at_all=True)
    StepRun.objects.create(job=job, path="later", step="later", type="x", status="success", order=source.highest + 1)
    found: list[str] = []
    while piece := source.next():
        found += [run.path for run in piece]

    assert (found, len(found)) == (every, 31)
    assert Recorded(job.id, any_at_all=True).next(without=["each["]) == [StepRun.objects.get(job=job, path="each")]
    assert Recorded(job.id, any_at_all=False).next() == []

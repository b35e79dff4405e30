"""Pause, resume, decide, run again: what each leaves as it was and what it does anew; who did it and when."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection

from backend.jobs import commands, retrying, selectors, serializers, state, store
from backend.jobs.errors import IllegalTransition
from backend.jobs.models import Job, JobStatus
from backend.jobs.retrying import NotReusable, RetryAsked, job_retry
from backend.jobs.services import job_cancel
from backend.workflows.models import WorkflowVersion
from tests.workers.engine.conftest import (
    Answer,
    Worker,
    answers,
    call,
    events,
    json_answer,
    lose,
    output,
    paths,
    runs,
    statuses,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(job: Job) -> Job:
    return Job.objects.get(id=job.id)


def detail(job: Job) -> dict:
    return serializers.job_detail(selectors.job_get(job.organization, job.id))


# --- pause and resume ------------------------------------------------------------------------------------------------


def test_what_runs_ends_and_nothing_more_starts(start, server, worker) -> None:
    def pause(_: object) -> None:
        commands.job_pause(fresh(job))
        worker.signals.pause.set()  # what the heartbeat does
        connection.close()

    server.answers["/two"] = answers(pause, json_answer({}))
    server.answers["/one"] = server.answers["/three"] = json_answer({})
    job = start(
        call("one", f"{server.url}/one"),
        call("two", f"{server.url}/two", after=["one"]),
        value("pure", "1", after=["two"]),
        call("three", f"{server.url}/three", after=["pure"]),
    )

    worker.advance()
    assert fresh(job).status == "PAUSED"
    assert statuses(job) == {"one": "success", "two": "success"}
    assert not store.anything_due()

    commands.job_resume(fresh(job))
    worker.signals.pause.clear()
    worker.advance()
    assert fresh(job).status == "SUCCESS"
    assert paths(server) == ["/one", "/two", "/three"]
    assert [entry["event"] for entry in detail(job)["history"]] == [
        "job.created", "job.started", "job.pause_requested", "job.paused", "job.resumed", "job.continued",
        "job.completed",
    ]  # fmt: skip
    events(job)


def test_a_pause_reaches_the_owner_with_its_next_checkpoint(start, server, worker) -> None:
    def pause(_: object) -> None:
        commands.job_pause(fresh(job))
        connection.close()

    server.answers["/a"] = answers(pause, json_answer({}))
    job = start(*[call(f"s{n}", f"{server.url}/a", after=[f"s{n - 1}"] if n else []) for n in range(4)])

    worker.advance()

    assert fresh(job).status == "PAUSED"
    assert len(server.seen) <= 2


def test_a_pause_that_is_taken_back_in_time_changes_nothing(start, server, worker) -> None:
    def pause(_: object) -> None:
        commands.job_pause(fresh(job))
        commands.job_resume(fresh(job))
        connection.close()

    server.answers["/a"] = answers(pause)
    job = start(call("a", f"{server.url}/a"), value("b", "1", after=["a"]))

    worker.advance()

    assert fresh(job).status == "SUCCESS"


@pytest.mark.parametrize("status", ["PENDING", "QUEUED"])
def test_a_job_that_has_not_begun_pauses_at_once(start, worker, status) -> None:
    job = start(value("a", "1"))
    Job.objects.filter(id=job.id).update(status=status)

    commands.job_pause(fresh(job))
    assert fresh(job).status == "PAUSED"
    assert not store.anything_due()
    commands.job_resume(fresh(job))

    assert fresh(job).status == status


def test_what_arrives_for_a_paused_job_is_there_when_it_goes_on(start, worker) -> None:
    job = start({"id": "ask", "type": "approval"}, output({"how": "ask.decision"}, after=["ask"]))
    worker.advance()
    commands.job_pause(fresh(job))

    assert commands.waits.deliver(job.id, "ask", {"decision": "approved"})
    assert fresh(job).status == "PAUSED"
    commands.job_resume(fresh(job))
    worker.advance()

    assert fresh(job).output == {"how": "approved"}


def test_a_pause_at_the_moment_of_falling_asleep(start, worker, monkeypatch) -> None:
    honest = store.checkpoint

    def late(*args, change=None, **named):
        if change is not None and change.status == "WAITING":
            commands.job_pause(fresh(job))
        return honest(*args, change=change, **named)

    monkeypatch.setattr(store, "checkpoint", late)
    job = start({"id": "rest", "type": "wait", "config": {"seconds": 3600}})

    worker.advance()

    assert fresh(job).status == "PAUSED"
    assert events(job)[-1] == "job.paused"


def test_a_paused_job_is_cancelled_at_once(start) -> None:
    job = start(value("a", "1"))
    commands.job_pause(fresh(job))

    job_cancel(fresh(job), reason="enough", actor="ana@example.com")

    assert fresh(job).status == "CANCELLED"
    last = detail(job)["history"][-1]
    assert (last["event"], last["actor"], last["reason"]) == ("job.cancelled", "ana@example.com", "enough")


ACTS = {
    "cancel": job_cancel,
    "pause": commands.job_pause,
    "resume": commands.job_resume,
    "retry": job_retry,
}


@pytest.mark.parametrize(("command", "status"), list(product(ACTS, JobStatus.values)))
def test_every_command_in_every_state(start, command, status) -> None:
    job = start(value("a", "1"))
    paused = {"pause_requested_at": job.created_at, "paused_from": "QUEUED"} if status == "PAUSED" else {}
    Job.objects.filter(id=job.id).update(status=status, **paused)

    if state.allowed(command, status):
        ACTS[command](fresh(job))
        assert (fresh(job).status != status) == (command != "retry" and status != "RUNNING")
    else:
        with pytest.raises(IllegalTransition):
            ACTS[command](fresh(job))
        assert fresh(job).status == status
        assert events(job) == []


# --- needs attention -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "status", "calls"), [("retry", "SUCCESS", 2), ("skip", "SUCCESS", 1), ("fail", "FAILED", 1)]
)
def test_an_interrupted_step_can_ask_how_to_go_on(start, server, worker, action, status, calls) -> None:
    server.answers["/pay"] = answers(lambda _: lose(worker), json_answer({}))
    job = start(call("pay", f"{server.url}/pay", on_interrupt="ask"), value("after", "1", after=["pay"]))
    with pytest.raises(store.LeaseLost):
        worker.advance()
    other = Worker()
    other.advance()

    assert fresh(job).status == "WAITING"
    (waiting,) = detail(job)["waiting"]
    assert (waiting["signal"], waiting["path"]) == ("attention", "pay")
    with pytest.raises(IllegalTransition):
        commands.job_resolve(fresh(job), path="after", action=action)
    commands.job_resolve(fresh(job), path="pay", action=action)
    with pytest.raises(IllegalTransition):
        commands.job_resolve(fresh(job), path="pay", action=action)
    other.advance()
    other.close()

    assert fresh(job).status == status
    assert len(server.seen) == calls


# --- again -----------------------------------------------------------------------------------------------------------


def flaky(server) -> list[dict]:
    """a → b (fails at first) → out, beside c."""
    server.answers["/a"] = json_answer({"n": 1})
    server.answers["/b"] = answers(Answer(404), json_answer({"n": 2}))
    server.answers["/c"] = json_answer({"n": 3})
    return [
        call("a", f"{server.url}/a"),
        call("c", f"{server.url}/c"),
        call("b", f"{server.url}/b", after=["a", "c"], join="all"),
        output({"all": "[a.n, b.n, c.n]"}, after=["b"]),
    ]


def again(job: Job, worker: Worker, **asked: object) -> Job:
    made = job_retry(fresh(job), RetryAsked(**asked))
    worker.advance()
    return fresh(made)


def test_from_what_failed(run, server, worker) -> None:
    job = run(*flaky(server))
    assert job.status == "FAILED"

    made = again(job, worker, from_failed=True)

    assert (made.status, made.output, made.retried_from_id) == ("SUCCESS", {"all": [1, 2, 3]}, job.id)
    assert sorted(paths(server)) == ["/a", "/b", "/b", "/c"]
    reused = {step["path"]: step["reused"] for step in detail(made)["steps"]}
    assert reused == {"a": str(job.id), "c": str(job.id), "b": None, "out": None}


def test_from_a_step(run, server, worker) -> None:
    job = run(*flaky(server))

    made = again(job, worker, from_step="a")

    assert made.status == "SUCCESS"
    assert sorted(paths(server)) == ["/a", "/a", "/b", "/b", "/c"]


def test_all_again(run, server, worker) -> None:
    job = run(*flaky(server))

    assert again(job, worker).status == "SUCCESS"
    assert sorted(paths(server)) == ["/a", "/a", "/b", "/b", "/c", "/c"]


def test_one_iteration_again(run, server, worker) -> None:
    for n in range(3):
        server.answers[f"/first/{n}"] = json_answer({"n": n})
        server.answers[f"/second/{n}"] = json_answer({"n": n})
    server.answers["/second/1"] = answers(Answer(404), json_answer({"n": 10}))
    job = run(
        {"id": "each", "type": "loop", "config": {"items": [0, 1, 2], "on_item_error": "collect"}},
        call("first", f"{server.url}/first/{{{{ item }}}}", parent="each"),
        call("second", f"{server.url}/second/{{{{ item }}}}", parent="each", after=["first"]),
        output({"all": "[r.n for r in each]"}, after=["each"]),
    )
    assert job.output == {"all": [0, 2]}

    made = again(job, worker, from_step="each[1].second")

    assert made.output == {"all": [0, 10, 2]}
    assert sorted(paths(server)).count("/second/1") == 2
    assert len(server.seen) == 7


def test_what_is_in_a_group_again(run, server, worker) -> None:
    server.answers["/a"] = json_answer({"n": 1})
    server.answers["/b"] = answers(Answer(404), json_answer({"n": 2}))
    job = run(
        {"id": "both", "type": "group"},
        call("a", f"{server.url}/a", parent="both"),
        call("b", f"{server.url}/b", parent="both", after=["a"]),
        output({"all": "[a.n, both.n]"}, after=["both"]),
    )

    made = again(job, worker, from_failed=True)

    assert made.output == {"all": [1, 2]}
    assert paths(server) == ["/a", "/b", "/b"]


def test_with_another_input(run, server, worker) -> None:
    job = run(output({"n": "input.n"}), input={"n": 1})

    assert again(job, worker, context={"n": 2}).output == {"n": 2}
    with pytest.raises(NotReusable, match="another input"):
        job_retry(fresh(job), RetryAsked(from_failed=True, context={"n": 2}))


def newer(job: Job, steps: list[dict]) -> None:
    definition = {"stepgraph": 1, "name": "Test", "steps": steps}
    version = WorkflowVersion.objects.create(workflow=job.workflow, number=2, definition=definition, checksum="2")
    job.workflow.published_version = version
    job.workflow.save()


def test_on_the_newest_version_after_mending_what_failed(run, server, worker) -> None:
    server.answers["/a"], server.answers["/bad"], server.answers["/good"] = (
        json_answer({"n": 1}), Answer(404), json_answer({"n": 2}),
    )  # fmt: skip
    a, after = call("a", f"{server.url}/a"), output({"all": "[a.n, b.n]"}, after=["b"])
    job = run(a, call("b", f"{server.url}/bad", after=["a"]), after)
    newer(job, [a, call("b", f"{server.url}/good", after=["a"]), after])

    made = again(job, worker, from_failed=True, version="latest")

    assert (made.status, made.version.number, made.output) == ("SUCCESS", 2, {"all": [1, 2]})
    assert paths(server) == ["/a", "/bad", "/good"]


def test_results_of_steps_that_have_changed_are_not_taken_over(run, server, worker) -> None:
    steps = flaky(server)
    job = run(*steps)
    newer(job, [{**steps[0], "config": {**steps[0]["config"], "query": {"x": "1"}}}, *steps[1:]])

    with pytest.raises(NotReusable, match="“a” changed"):
        job_retry(fresh(job), RetryAsked(from_failed=True, version="latest"))
    assert Job.objects.count() == 1


def test_a_damaged_result_is_not_taken_over(run, server, worker) -> None:
    job = run(*flaky(server))
    server.answers["/b"] = Answer(404)
    made = again(job, worker, from_failed=True)
    made.steps.filter(path="a").update(output={"n": 666})

    with pytest.raises(NotReusable, match="damaged"):
        job_retry(made, RetryAsked(from_failed=True))


def test_a_place_that_was_not_there(run, server) -> None:
    job = run(*flaky(server), value("instead", "1", after=["out.skipped"]))

    with pytest.raises(retrying.NotFound):
        job_retry(fresh(job), RetryAsked(from_step="nowhere"))
    with pytest.raises(NotReusable, match="did not run"):
        job_retry(fresh(job), RetryAsked(from_step="instead"))


def test_runs_of_jobs_taken_over_are_their_own(run, server, worker) -> None:
    job = run(*flaky(server))
    again(job, worker, from_failed=True)

    assert runs(job)["a"].aside is None
    assert statuses(job) == {"a": "success", "c": "success", "b": "failed", "out": "skipped"}

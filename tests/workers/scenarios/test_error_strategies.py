"""Which errors are tried again, how long is waited, and what an error says: C-41, C-42."""

from __future__ import annotations

import pytest

from backend.catalog.steps import StepFailed
from backend.jobs import selectors, serializers
from backend.workflows.format.steps import Retry
from tests.workers.engine.conftest import Answer, Handler, answers, call, json_answer, output, runs, value
from workers.engine.flow import retry

pytestmark = pytest.mark.django_db(transaction=True)


def hang_up(handler: Handler) -> None:
    handler.connection.close()


def test_c41_two_broken_connections_then_ten(run, server) -> None:
    turns = iter([hang_up, hang_up])
    good = json_answer(10)

    def write(handler: Handler) -> None:
        turn = next(turns, None)
        if turn is not None:
            turn(handler)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(good.body)))
        handler.end_headers()
        handler.wfile.write(good.body)

    server.answers["/n"] = Answer(write=write)

    job = run(
        call("n", f"{server.url}/n", retry={"retries": 5, "delay": 0, "jitter": False}),
        output({"n": "n"}, after=["n"]),
    )

    assert (job.status, job.output) == ("SUCCESS", {"n": 10})
    assert [attempt["error"] and attempt["error"]["type"] for attempt in runs(job)["n"].attempts] == [
        "network", "network", None,
    ]  # fmt: skip


def test_c41_a_wrong_value_is_not_tried_again(run) -> None:
    job = run({**value("n", "int('ten')"), "retry": {"retries": 5, "delay": 0}})

    assert (job.status, len(runs(job)["n"].attempts)) == ("FAILED", 1)


@pytest.mark.parametrize(("on_error", "status", "after"), [("fail", "FAILED", 0), ("continue", "SUCCESS", 1)])
def test_c41_strict_and_permissive(run, server, on_error, status, after) -> None:
    server.answers |= {"/bad": Answer(404), "/next": json_answer({})}

    job = run(call("bad", f"{server.url}/bad", on_error=on_error), call("next", f"{server.url}/next", after=["bad"]))

    assert job.status == status
    assert [seen.path for seen in server.seen].count("/next") == after


def test_c41_waits_grow_up_to_the_longest() -> None:
    policy = Retry(retries=4, backoff="linear", delay=0.1, max_delay=0.3, jitter=False)
    failure = StepFailed("away", error_type="network", retryable=True)

    waits = [retry.next_delay(policy, failure, failures=n, random=lambda: 0.5) for n in range(1, 6)]

    assert waits == [pytest.approx(0.1), pytest.approx(0.2), pytest.approx(0.3), pytest.approx(0.3), None]


def test_c42_an_error_says_where_it_happened(run, server) -> None:
    server.answers["/item"] = answers(json_answer({}), Answer(500), Answer(500))
    job = run(
        {"id": "each", "type": "loop", "config": {"items": ["a", "b"]}},
        call("send", f"{server.url}/item", parent="each", retry={"retries": 1, "delay": 0}),
    )

    shown = serializers.job_detail(selectors.job_get(job.organization, job.id))
    step = next(step for step in shown["steps"] if step["path"] == "each[1].send")

    assert (shown["id"], shown["version"], shown["workflow_name"]) == (str(job.id), 1, "Test")
    assert {key: step["error"][key] for key in ("type", "step", "path", "attempt", "retryable")} == {
        "type": "http_500", "step": "send", "path": "each[1].send", "attempt": 2, "retryable": True,
    }  # fmt: skip
    assert "500" in step["error"]["message"]
    assert [attempt["error"]["type"] for attempt in step["attempts"]] == ["http_500", "http_500"]
    assert "500" in step["log"]
    assert [shown["error"][key] for key in ("type", "step", "path", "attempt")] == [
        "http_500",
        "send",
        "each[1].send",
        2,
    ]
    assert "Iteration 1" in shown["error"]["message"]
    assert len(shown["error"]["message"]) > len("Error")

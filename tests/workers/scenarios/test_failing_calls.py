"""Pattern 1, comprehensive error handling: C-01, C-02, C-04, C-05."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest

from backend.jobs.models import StepRun
from tests.workers.engine.conftest import Answer, answers, call, events, json_answer, output, runs, statuses
from tests.workers.scenarios.conftest import condition, mail, sql, values

pytestmark = pytest.mark.django_db(transaction=True)


def fetch(server, **options: object) -> dict:
    return call("fetch", f"{server.url}/data", output="api_response", config={"method": "GET"}, **options)


def retry(retries: int, **policy: object) -> dict:
    return {"retries": retries, "backoff": "exponential", "delay": 0.2, "jitter": False, **policy}


def test_c01_two_failures_then_success(run, server) -> None:
    server.answers["/data"] = answers(Answer(500), Answer(503), json_answer({"n": 7}))

    job = run(fetch(server, retry=retry(3)), output({"n": "api_response.n"}, after=["fetch"]))

    assert (job.status, job.output) == ("SUCCESS", {"n": 7})
    assert len(server.seen) == 3
    attempts = runs(job)["fetch"].attempts
    assert [attempt["error"] and attempt["error"]["type"] for attempt in attempts] == ["http_500", "http_503", None]
    assert all(attempt["error"]["message"] for attempt in attempts[:2])
    assert all(attempt["started_at"] and attempt["ended_at"] for attempt in attempts)
    waits = [_seconds(later["started_at"]) - _seconds(earlier["ended_at"]) for earlier, later in _pairs(attempts)]
    assert waits[0] >= 0.2
    assert waits[1] >= 0.4
    assert "job.failed" not in events(job)


def _pairs(attempts: list[dict]) -> list[tuple[dict, dict]]:
    return list(itertools.pairwise(attempts))


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def test_c01_too_many_failures(run, server) -> None:
    server.answers["/data"] = Answer(500)

    job = run(fetch(server, retry=retry(3, delay=0)))

    assert (job.status, job.error["type"], len(server.seen)) == ("FAILED", "http_500", 4)


def test_c01_the_server_says_when_to_come_again(run, server) -> None:
    server.answers["/data"] = answers(Answer(429, {"Retry-After": "3"}), json_answer({}))

    job = run(fetch(server, retry=retry(3)))

    assert (job.status, len(server.seen)) == ("WAITING", 1)
    waiting = StepRun.objects.get(job=job, path="fetch")
    assert (waiting.resume_at - waiting.started_at).total_seconds() >= 3


def test_c01_what_cannot_pass_is_not_tried_again(run, server) -> None:
    server.answers["/data"] = Answer(404)

    job = run(fetch(server, retry=retry(3)))

    assert (job.status, len(server.seen)) == ("FAILED", 1)


def test_c02_continue_null_and_the_false_branch(run, server, shop, mails) -> None:
    server.answers["/data"] = Answer(500)
    shop.run(
        "CREATE TABLE cache (key text, value text)",
        "INSERT INTO cache VALUES ('data', 'from yesterday')",
        "CREATE TABLE incidents (step text, message text)",
    )

    job = run(
        fetch(server, retry=retry(1, delay=0), on_error="continue"),
        condition("ok", "api_response is not None", after=["fetch.done"]),
        values("processed", {"data": "api_response"}, after=["ok.true"]),
        sql("fallback", "SELECT value FROM cache WHERE key = 'data' LIMIT 1", after=["ok.false"]),
        mail("tell", "fetch failed", "{{ errors.fetch.message }}", after=["fallback"]),
        sql(
            "incident",
            "INSERT INTO incidents VALUES ('{{ errors.fetch.step }}', '{{ errors.fetch.message }}')",
            after=["tell"],
        ),
        output({"data": "processed.data if processed else fallback.value"}, after=["processed", "incident"]),
    )

    assert (job.status, job.output) == ("SUCCESS", {"data": "from yesterday"})
    found = runs(job)
    assert (found["fetch"].output, found["fetch"].continued, found["ok"].port) == (None, True, "false")
    assert found["processed"].status == "skipped"
    assert [sent.message["Subject"] for sent in mails.mails] == ["fetch failed"]
    ((step, message),) = shop.rows("SELECT step, message FROM incidents")
    assert step == "fetch"
    assert "500" in message


def test_c04_a_condition_that_fails_takes_false_if_it_continues(run) -> None:
    steps = [
        condition("big", "payload.x.y > 3", on_error="continue"),
        values("yes", {"n": "1"}, after=["big.true"]),
        output({"took": "'false'"}, after=["big.false"]),
    ]

    job = run(*steps, input={"payload": "text"})

    assert (job.status, job.output) == ("SUCCESS", {"took": "false"})
    assert statuses(job)["yes"] == "skipped"
    assert [warning["step"] for warning in job.warnings] == ["big"]


def test_c04_and_fails_with_step_and_expression_if_not(run) -> None:
    job = run(condition("big", "payload.x.y > 3"), input={"payload": "text"})

    assert (job.status, job.error["step"]) == ("FAILED", "big")
    assert "payload.x.y > 3" in job.error["message"]


def critical(server) -> list[dict]:
    default = {"theme": "light", "notifications": True, "language": "en"}
    return [
        values("a", {"amount": "input.amount if input.amount > 0 else int('amount must be above 0')"}),
        call("b", f"{server.url}/b", after=["a"], retry=retry(2, delay=0), on_error={"fallback": default}),
        output({"theme": "b.theme"}, after=["b"]),
    ]


def test_c05_a_fallback_value(run, server) -> None:
    server.answers["/b"] = Answer(500)

    job = run(*critical(server), input={"amount": 10})

    assert (job.status, job.output) == ("SUCCESS", {"theme": "light"})
    b = runs(job)["b"]
    assert (b.status, b.continued, len(b.attempts)) == ("failed", True, 3)


def test_c05_a_critical_step_fails_at_once(run, server) -> None:
    job = run(*critical(server), input={"amount": -1})

    assert (job.status, job.error["step"], len(runs(job)["a"].attempts)) == ("FAILED", "a", 1)
    assert "amount" in job.error["message"]
    assert server.seen == []

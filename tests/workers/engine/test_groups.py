"""Groups: a scope as one step, with one time limit and one way to handle failures."""

from __future__ import annotations

import pytest

from tests.waiting import Meeting
from tests.workers.engine.conftest import Answer, answers, call, json_answer, output, runs, statuses, value

pytestmark = pytest.mark.django_db(transaction=True)


def group(id_: str = "both", config: dict | None = None, **options: object) -> dict:
    return {"id": id_, "type": "group", "config": config or {}, **options}


def test_a_group_gives_its_last_result_and_leaves_its_variables(run) -> None:
    job = run(
        group(),
        value("a", "input.n", parent="both"),
        value("b", "a.value + 1", parent="both", after=["a"]),
        output({"group": "both.value", "a": "a.value", "b": "b.value"}, after=["both"]),
        input={"n": 1},
    )

    assert job.output == {"group": 2, "a": 1, "b": 2}
    assert statuses(job) == {"both": "success", "a": "success", "b": "success", "out": "success"}


def test_a_failure_inside_is_caught_as_the_groups(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(
        group(on_error="continue"),
        call("a", f"{server.url}/bad", parent="both"),
        value("never", "1", parent="both", after=["a"]),
        output({"caught": "errors.both.type", "message": "errors.both.message"}, after=["both.error"]),
    )

    assert job.status == "SUCCESS"
    assert job.output["caught"] == "http_404"
    assert "“a” failed" in job.output["message"]
    assert statuses(job) == {"both": "failed", "a": "failed", "never": "skipped", "out": "success"}


def test_an_uncaught_failure_inside_fails_the_job(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(group(), call("a", f"{server.url}/bad", parent="both"), value("after", "1", after=["both"]))

    assert (job.status, job.error["step"], job.error["type"]) == ("FAILED", "a", "http_404")
    assert runs(job)["both"].error["step"] == "both"


def test_all_results_in_the_order_of_the_document(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(
        group(config={"on_failure": "continue", "collect": "all"}),
        value("z", "1", parent="both"),
        call("bad", f"{server.url}/bad", parent="both"),
        value("a", "2", parent="both", output="second"),
        output({"all": "both"}, after=["both"]),
    )

    assert job.status == "SUCCESS"
    assert list(job.output["all"]) == ["z", "bad", "second"]
    assert job.output["all"]["z"] == {"value": 1}
    assert job.output["all"]["bad"]["error"]["type"] == "http_404"
    assert [warning["step"] for warning in job.warnings] == ["bad"]


def test_of_a_group_that_finishes_all_branches_end(run, server) -> None:
    server.answers["/bad"], server.answers["/good"] = Answer(404), json_answer({})
    job = run(
        group(config={"on_failure": "finish"}),
        call("bad", f"{server.url}/bad", parent="both"),
        call("good", f"{server.url}/good", parent="both"),
        call("later", f"{server.url}/good", parent="both", after=["good"]),
    )

    assert job.status == "FAILED"
    assert statuses(job) == {"both": "failed", "bad": "failed", "good": "success", "later": "success"}


def test_of_a_group_that_stops_the_others_are_cancelled(run, server) -> None:
    server.answers["/slow"] = Answer(write=lambda handler: handler.server.stopping.wait(20))
    server.answers["/bad"] = Answer(404)
    job = run(
        group(),
        call("slow", f"{server.url}/slow", parent="both"),
        call("bad", f"{server.url}/bad", parent="both"),
    )

    assert statuses(job) == {"both": "failed", "slow": "cancelled", "bad": "failed"}


def test_never_more_at_once_than_the_group_allows(run, server) -> None:
    meeting = Meeting(2)
    server.answers["/x"] = answers(lambda _: meeting.visit())
    ids = [f"s{number}" for number in range(6)]
    job = run(group(config={"max_concurrent": 2}), *[call(id_, f"{server.url}/x", parent="both") for id_ in ids])

    assert job.status == "SUCCESS"
    assert meeting.most == 2
    assert len(server.seen) == 6


def test_what_waits_for_room_does_not_keep_a_failed_group_from_its_end(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(
        group(config={"max_concurrent": 1}, on_error="continue"),
        call("bad", f"{server.url}/bad", parent="both"),
        call("waits", f"{server.url}/never", parent="both"),
        output({"type": "errors.both.type"}, after=["both.error"]),
    )

    assert job.status == "SUCCESS"
    assert job.output == {"type": "http_404"}
    assert statuses(job) == {"both": "failed", "bad": "failed", "out": "success"}
    assert len(server.seen) == 1


def test_the_time_limit_of_a_group_stops_what_runs_in_it(run, server) -> None:
    server.answers["/slow"] = Answer(write=lambda handler: handler.server.stopping.wait(20))
    job = run(
        group(timeout=0.3, on_error={"fallback": "late"}, config={"max_concurrent": 1}),
        call("slow", f"{server.url}/slow", parent="both"),
        call("waits", f"{server.url}/slow", parent="both"),
        output({"both": "both", "type": "errors.both.type"}, after=["both"]),
    )

    assert job.output == {"both": "late", "type": "timeout"}
    assert runs(job)["slow"].status == "cancelled"
    assert len(server.seen) == 1


def test_a_group_that_fails_is_tried_again_as_a_whole(run, server) -> None:
    server.answers["/a"] = json_answer({})
    server.answers["/b"] = answers(Answer(500), json_answer({}))
    job = run(
        group(retry={"retries": 1, "delay": 0}),
        call("a", f"{server.url}/a", parent="both"),
        call("b", f"{server.url}/b", parent="both", after=["a"]),
    )

    assert job.status == "SUCCESS"
    assert [seen.path for seen in server.seen] == ["/a", "/b", "/a", "/b"]
    assert [attempt["error"] and attempt["error"]["type"] for attempt in runs(job)["both"].attempts] == [
        "http_500",
        None,
    ]
    assert [attempt["error"] for attempt in runs(job)["b"].attempts] == [None]


def test_groups_and_loops_nest(run) -> None:
    job = run(
        group("outer"),
        {"id": "each", "type": "loop", "parent": "outer", "config": {"items": [1, 2]}},
        group("inner", parent="each"),
        {"id": "give", "type": "output", "parent": "inner", "config": {"values": {"n": "item * 10"}}},
        value("after", "1", parent="each", after=["inner"]),
        output({"all": "each", "last": "item_last.n"}, after=["outer"]),
    )

    assert job.output == {"all": [{"n": 10}, {"n": 20}], "last": 20}
    assert {"each[1].inner", "each[1].give"} <= statuses(job).keys()


def test_an_output_in_a_group_at_the_top_is_the_jobs(run) -> None:
    job = run(group(), {"id": "give", "type": "output", "parent": "both", "config": {"values": {"n": "1"}}})

    assert job.output == {"n": 1}

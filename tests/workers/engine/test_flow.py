"""Branches, joins, failures and their handling, through the real engine and database."""

from __future__ import annotations

import pytest

from backend.catalog import fields
from backend.jobs import selectors, serializers, shapes
from tests.workers.engine.conftest import Answer, call, events, output, runs, statuses, value
from workers.steps.script import Script

pytestmark = pytest.mark.django_db(transaction=True)


def condition(id_: str, expression: str, **options: object) -> dict:
    return {"id": id_, "type": "condition", "config": {"expression": expression}, **options}


def test_values_travel_by_name_and_output_is_gathered(run) -> None:
    job = run(
        value("a", "input.n * 2"),
        value("b", "a.value + 1", after=["a"], output="second"),
        output({"sum": "a.value + second.value", "n": "n"}, after=["b"]),
        input={"n": 20},
        inputs={"type": "object", "properties": {"n": {"type": "integer"}}},
    )

    assert job.status == "SUCCESS"
    assert job.output == {"sum": 81, "n": 20}
    assert statuses(job) == {"a": "success", "b": "success", "out": "success"}


def test_events_of_three_steps_are_exactly_these(run) -> None:
    job = run(value("a", "1"), value("b", "2", after=["a"]), value("c", "3", after=["b"]))

    assert events(job) == ["job.started", *["step.started", "step.completed"] * 3, "job.completed"]


def test_the_branch_not_taken_is_skipped_and_null(run) -> None:
    job = run(
        condition("big", "input.n > 10"),
        value("yes", "'big'", after=["big.true"]),
        value("no", "'small'", after=["big.false"]),
        output({"yes": "yes.value", "no": "no"}, after=["yes", "no"]),
        input={"n": 11},
    )

    assert job.output == {"yes": "big", "no": None}
    assert statuses(job)["no"] == "skipped"


def test_a_failure_stops_the_job_and_names_the_step(run, server) -> None:
    server.answers["/bad"] = Answer(404, body=b"no such thing")
    job = run(call("fetch", f"{server.url}/bad"), value("after", "1", after=["fetch"]))

    assert job.status == "FAILED"
    assert job.error["step"] == "fetch"
    assert job.error["type"] == "http_404"
    assert "no such thing" in job.error["message"]
    assert statuses(job) == {"fetch": "failed", "after": "skipped"}
    assert events(job)[-1] == "job.failed"


def test_with_finish_independent_branches_go_on(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(
        call("fetch", f"{server.url}/bad"),
        value("dependent", "1", after=["fetch"]),
        value("a", "1"),
        value("b", "a.value", after=["a"]),
        settings={"on_failure": "finish"},
    )

    assert job.status == "FAILED"
    assert statuses(job) == {"fetch": "failed", "a": "success", "b": "success", "dependent": "skipped"}


def test_continue_gives_null_and_a_warning(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(
        call("fetch", f"{server.url}/bad", on_error="continue"),
        condition("ok", "fetch is not None", after=["fetch.done"]),
        output({"used": "'fresh'"}, after=["ok.true"]),
        {**output({"used": "'cache'", "why": "errors.fetch.type"}, after=["ok.false"]), "id": "fallback"},
    )

    assert job.status == "SUCCESS"
    assert job.output == {"used": "cache", "why": "http_404"}
    assert [warning["step"] for warning in job.warnings] == ["fetch"]
    assert runs(job)["fetch"].continued


def test_a_fallback_value_takes_the_place_of_the_result(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(
        call("settings", f"{server.url}/bad", on_error={"fallback": {"theme": "light"}}),
        output({"theme": "settings.theme"}, after=["settings"]),
    )

    assert job.output == {"theme": "light"}


def test_an_error_port_handles_the_failure(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(
        call("fetch", f"{server.url}/bad"),
        value("fine", "1", after=["fetch"]),
        output({"message": "errors.fetch.message", "attempts": "errors.fetch.attempts"}, after=["fetch.error"]),
    )

    assert job.status == "SUCCESS"
    assert "404" in job.output["message"]
    assert job.output["attempts"] == 1
    assert statuses(job)["fine"] == "skipped"


def test_continue_on_a_condition_takes_false(run) -> None:
    steps = (
        condition("check", "input.x.y > 3", on_error="continue"),
        output({"branch": "'true'"}, after=["check.true"]),
        {**output({"branch": "'false'"}, after=["check.false"]), "id": "other"},
    )

    job = run(*steps, input={"x": {"y": "text"}})

    assert job.output == {"branch": "false"}
    assert job.warnings


def test_a_failed_expression_names_step_and_expression(run) -> None:
    job = run(condition("check", "input.x > 3"), input={"x": "text"})

    assert job.status == "FAILED"
    assert job.error["type"] == "expression"
    assert job.error["step"] == "check"
    assert "input.x > 3" in job.error["message"]


def test_a_disabled_step_is_passed_over(run) -> None:
    job = run(value("a", "1", enabled=False), output({"a": "a"}, after=["a"]))

    assert job.status == "SUCCESS"
    assert job.output == {"a": None}
    assert statuses(job)["a"] == "skipped"


def test_branches_run_side_by_side(run, server) -> None:
    """Each request is answered only once the other one has arrived."""
    import threading

    together = threading.Barrier(2, timeout=20)
    server.answers["/a"] = server.answers["/b"] = Answer(write=lambda handler: _meet(handler, together))
    job = run(call("a", f"{server.url}/a"), call("b", f"{server.url}/b"), output({"done": "true"}, after=["a", "b"]))

    assert job.status == "SUCCESS"
    assert not together.broken


def _meet(handler, barrier) -> None:
    barrier.wait()
    handler.send_response(200)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_start_at_begins_in_the_middle(run) -> None:
    job = run(
        value("a", "1"), value("b", "2", after=["a"]), output({"a": "a", "b": "b.value"}, after=["b"]), start_at="b"
    )

    assert job.output == {"a": None, "b": 2}
    assert statuses(job)["a"] == "skipped"


def test_the_time_limit_of_a_job(run, server) -> None:
    server.answers["/slow"] = Answer(write=lambda handler: handler.server.stopping.wait(20))
    job = run(call("slow", f"{server.url}/slow"), settings={"timeout": 1})

    assert job.status == "TIMED_OUT"
    assert "time limit of 1 seconds" in job.error["message"]
    assert statuses(job) == {"slow": "cancelled"}


def test_a_result_that_databases_refuse_is_cleaned(run, server) -> None:
    server.answers["/odd"] = Answer(200, {"Content-Type": "text/plain"}, b"a\x00b")
    job = run(call("odd", f"{server.url}/odd"), output({"odd": "odd"}, after=["odd"]))

    assert job.status == "SUCCESS"
    job.refresh_from_db()
    assert job.output["odd"].startswith("a")


def test_a_disabled_step_on_a_branch_not_taken_leads_nowhere(run) -> None:
    job = run(
        condition("big", "false"),
        value("off", "1", after=["big.true"], enabled=False),
        value("behind", "2", after=["off"]),
    )

    assert statuses(job) == {"big": "success", "off": "skipped", "behind": "skipped"}


def test_text_that_looks_like_an_escape_stays_as_it_is(run) -> None:
    job = run(output({"a": "input.a"}), input={"a": "\\u0000"})

    assert job.output == {"a": "\\u0000"}


def test_templates_in_a_scripts_environment_are_filled_in() -> None:
    schema, config = Script.Config.model_json_schema(), {"code": "1", "env": {"REGION": "{{ region }}"}}

    assert [mark.path for mark in fields.marked(schema, config) if mark.kind == "template"] == ["env.REGION"]
    assert fields.rewritten(schema, config, lambda mark: "eu")["env"] == {"REGION": "eu"}


def test_the_api_document_says_what_the_api_answers(run, server) -> None:
    server.answers["/bad"] = Answer(404)
    job = run(call("fetch", f"{server.url}/bad"))

    answer = serializers.job_detail(selectors.job_get(job.organization, job.id))

    assert answer.keys() == shapes.JobDetailShape().fields.keys()
    (step,) = answer["steps"]
    assert step.keys() == shapes.StepRunShape().fields.keys()
    assert step["attempts"][0].keys() == shapes.AttemptShape().fields.keys()
    assert answer["error"].keys() <= shapes.JobErrorShape().fields.keys()

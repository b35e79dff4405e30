"""Outputs: the job's result and the webhook's answer."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from backend.catalog.steps import Result, StepFailed
from tests.workers.steps.fakes import FakeContext
from workers.steps.output import Output


def run(variables, **config):
    return Output().run(Output.Config.model_validate(config), FakeContext(variables))


def test_values_are_the_jobs_output():
    values = {"data": {"n": 1}, "missing": None}

    result = run({"process": {"n": 1}}, values={"data": "process", "missing": "process.a.b"})

    assert result == Result(values, job_output=values, response=None)


def test_answer_with_a_body():
    result = run({}, respond={"status": 201, "headers": {"X-Count": 3}, "body": {"ok": True}})

    assert result.response == {"status": 201, "headers": {"X-Count": "3"}, "body": {"ok": True}}


def test_answer_without_a_body_has_the_values():
    result = run({"n": 2}, values={"n": "n"}, respond={"status": 202})

    assert result.response == {"status": 202, "headers": {}, "body": {"n": 2}}


def test_answer_with_an_empty_body():
    assert run({}, values={"n": "1"}, respond={"body": None}).response == {"status": 200, "headers": {}, "body": None}


def test_error_names_the_value():
    with pytest.raises(StepFailed, match="“total”"):
        run({"a": "x"}, values={"total": "a - 1"})


def test_must_say_something():
    assert [found.path for found in Output.check(Output.Config())] == ["values"]
    assert Output.check(Output.Config(values={"a": "1"})) == []


@pytest.mark.parametrize("status", [100, 199, 600, "many"])
def test_status_is_an_http_status(status):
    with pytest.raises(ValidationError):
        Output.Config.model_validate({"respond": {"status": status}})

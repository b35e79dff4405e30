"""Conditions: which branch is taken, and which forms make no sense."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from backend.catalog.steps import Result, StepFailed
from tests.workers.steps.fakes import FakeContext
from workers.steps.condition import Condition

SEVERITY = [
    {"name": "critical", "expression": "error_rate > 50"},
    {"name": "warning", "expression": "error_rate > 20"},
    {"name": "info", "expression": "error_rate is not None"},
]


def branch(variables, **config):
    result = Condition().run(Condition.Config.model_validate(config), FakeContext(variables))
    assert result == Result(result.output, port=result.output)
    return result.output


def problems(**config):
    return [found.path for found in Condition.check(Condition.Config.model_validate(config))]


@pytest.mark.parametrize(
    ("value", "expected"), [(1, "true"), (0, "false"), (None, "false"), ("", "false"), ("no", "true"), ([], "false")]
)
def test_truth_is_pythons(value, expected):
    assert branch({"x": value}, expression="x") == expected


@pytest.mark.parametrize(
    ("rate", "expected"), [(50.01, "critical"), (50, "warning"), (20.5, "warning"), (20, "info"), (0, "info")]
)
def test_first_true_case_wins(rate, expected):
    assert branch({"error_rate": rate}, cases=SEVERITY) == expected


def test_else_when_no_case_holds():
    assert branch({"n": 1}, cases=[{"name": "two", "expression": "n == 2"}]) == "else"


def test_later_cases_are_not_evaluated():
    cases = [{"name": "one", "expression": "n == 1"}, {"name": "broken", "expression": "n - 'x'"}]

    assert branch({"n": 1}, cases=cases) == "one"


@pytest.mark.parametrize(
    ("kind", "expected"), [("invoice", "invoice"), (3, "number"), ("Invoice", "else"), (None, "nothing"), ("3", "else")]
)
def test_switch(kind, expected):
    cases = [
        {"name": "invoice", "equals": "invoice"},
        {"name": "number", "equals": 3},
        {"name": "nothing", "equals": None},
    ]

    assert branch({"document": {"kind": kind}}, switch="document.kind", cases=cases) == expected


def test_error_names_the_case():
    with pytest.raises(StepFailed, match="case “critical”") as caught:
        branch({"error_rate": "high"}, cases=SEVERITY)

    assert caught.value.error_type == "expression"


def test_ports():
    assert Condition.ports({}) == ("true", "false")
    assert Condition.ports({"expression": "x"}) == ("true", "false")
    assert Condition.ports({"cases": SEVERITY}) == ("critical", "warning", "info", "else")
    assert Condition.ports({"switch": "x"}) == ("else",)


@pytest.mark.parametrize(
    ("config", "paths"),
    [
        ({"expression": "x"}, []),
        ({"cases": SEVERITY}, []),
        ({"switch": "x", "cases": [{"name": "a", "equals": None}]}, []),
        ({}, [""]),
        ({"switch": "x"}, ["switch"]),
        ({"expression": "x", "cases": SEVERITY}, ["expression"]),
        ({"cases": [{"name": "a", "equals": 1}]}, ["cases[0].expression"]),
        ({"cases": [{"name": "a", "expression": "x", "equals": 1}]}, ["cases[0].equals"]),
        ({"switch": "x", "cases": [{"name": "a", "expression": "y"}]}, ["cases[0].expression"]),
        ({"switch": "x", "cases": [{"name": "a"}]}, ["cases[0].equals"]),
        (
            {"switch": "x", "cases": [{"name": name, "equals": name} for name in ("a", "b", "a", "else", "done")]},
            ["cases[2].name", "cases[3].name", "cases[4].name"],
        ),
    ],
)
def test_forms(config, paths):
    assert problems(**config) == paths


@pytest.mark.parametrize("name", ["", "a b", "a.b", "1a", "ä"])
def test_names_are_usable_as_ports(name):
    with pytest.raises(ValidationError):
        Condition.Config.model_validate({"cases": [{"name": name, "expression": "x"}]})

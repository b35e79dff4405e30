"""The budget: what it counts, that it is shared, and that time is checked while working."""

from __future__ import annotations

import itertools

import pytest

from backend.expressions import Budget, ExpressionError, compile_expression, compile_template
from tests.unit.expressions.helpers import environment, evaluate


def run(text, budget, **scope):
    return compile_expression(text).evaluate(scope, environment=environment(budget=budget))


@pytest.mark.parametrize(
    ("budget", "code"),
    [
        ({"steps": 500}, "limit_steps"),
        ({"cells": 500}, "limit_size"),
        ({"seconds": 0.01, "clock": itertools.count().__next__}, "limit_time"),
    ],
)
def test_each_limit_has_its_own_name(budget, code):
    with pytest.raises(ExpressionError) as caught:
        run("[i * i for i in range(1000)]", Budget(**budget))

    assert caught.value.code == code


def test_expressions_of_one_step_share_their_budget():
    budget = Budget(steps=1000)
    template = compile_template("{{ n + 1 }}" * 1000)

    with pytest.raises(ExpressionError) as caught:
        template.render({"n": 1}, environment=environment(budget=budget))

    assert caught.value.code == "limit_steps"


def test_time_between_two_evaluations_does_not_count():
    times = itertools.count()  # every look finds a second later
    budget = Budget(seconds=1.5, clock=times.__next__)

    for _ in range(50):
        run("1 + 1", budget)

    assert budget.seconds == 1.5


def test_a_large_list_within_the_limits_works():
    rows = [{"id": i, "total": 1.5} for i in range(20_000)]
    patient = {"clock": lambda: 0.0}  # how fast this machine is today is not the question

    assert run("sum(r.total for r in rows if r.id >= 10000)", Budget(**patient), rows=rows) == 15_000.0
    assert len(run("rows", Budget(**patient), rows=rows)) == 20_000


def test_a_deep_input_is_read_but_not_copied_beyond_the_depth():
    deep = inner = {}
    for _ in range(500):
        inner["a"] = {}
        inner = inner["a"]

    assert evaluate("deep.a.a is not None", deep=deep) is True
    with pytest.raises(ExpressionError) as caught:
        evaluate("deep", deep=deep)
    assert caught.value.code == "limit_size"
    with pytest.raises(ExpressionError) as caught:
        evaluate("deep == other", deep=deep, other={"a": deep["a"]["a"]})
    assert caught.value.code == "limit_size"

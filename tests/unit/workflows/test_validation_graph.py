"""What the graph says: circles, steps that never run, and who writes and reads a variable."""

from __future__ import annotations

import pytest

from backend.workflows.documents import report
from tests.unit.workflows.helpers import condition, found, loop, output, script


def test_a_cycle_is_printed_with_its_path():
    steps = [script("a", after=["c"]), script("b", after=["a"]), script("c", after=["b"])]

    [problem] = report({"steps": steps}).errors

    assert "cycle" in problem.message
    assert "a → b → c → a" in problem.message


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        # two that can both run write one variable
        ([script("a", output="v"), script("b", output="v")], {("duplicate_output", "b", "steps[1].output")}),
        ([script("v"), script("b", output="v")], {("duplicate_output", "b", "steps[1].output")}),
        (
            [condition("c"), script("a", output="v", after=["c.done"]), script("b", output="v", after=["c.true"])],
            {("duplicate_output", "b", "steps[2].output")},
        ),
        (
            [loop("l"), script("a", parent="l", output="v"), script("b", parent="l", output="v")],
            {("duplicate_output", "b", "steps[2].output")},
        ),
        # only one of them ever runs
        (
            [condition("c"), script("a", output="v", after=["c.true"]), script("b", output="v", after=["c.false"])],
            set(),
        ),
        (
            [
                condition("c"),
                script("a", after=["c.true"]),
                script("a2", output="v", after=["a"]),
                script("b", after=["c.false"]),
                script("b2", output="v", after=["b.done"]),
                output("out", {"x": "v"}, after=["a2", "b2"]),
            ],
            set(),
        ),
        ([script("a", output="v"), script("b", output="v", after=["a.error"])], set()),
        ([loop("l"), script("a", parent="l", output="v"), script("b", output="v")], set()),
        # steps that never run
        (
            [
                condition("c"),
                script("a", after=["c.true"]),
                script("b", after=["c.false"]),
                script("d", after=["a", "b"], join="all"),
                script("e", after=["d"]),
            ],
            {("unreachable", "d", "steps[3].join")},
        ),
        (
            [
                condition("c"),
                script("a", after=["c.true"]),
                {"id": "d", "type": "condition", "after": ["c.false"], "config": {"expression": "true"}},
                script("e", after=["a", "d.true"], join="all"),
            ],
            {("unreachable", "e", "steps[3].join")},
        ),
        ([script("a", on_error="continue"), script("b", after=["a", "a.error"], join="all")], set()),
        ([script("a", enabled=False), script("b", after=["a", "a.skipped"], join="all")], set()),
        # values of the other branch
        (
            [condition("c"), script("a", after=["c.true"]), output("b", {"x": "a"}, after=["c.false"])],
            {("skipped_only", "b", "steps[2].config.values.x")},
        ),
        # undoing
        ([script("a", compensate="b"), script("b", compensate="a")], {("cycle", "a", "steps[0].compensate")}),
        (
            [script("x", compensate="a"), script("a", compensate="b"), script("b", compensate="a")],
            {("cycle", "a", "steps[1].compensate"), ("compensation", "b", "steps[2].compensate")},
        ),
    ],
)
def test_what_the_graph_says_about_who_runs_and_who_writes(steps, wanted):
    assert found(*steps) == wanted


def test_a_long_chain_of_branches_is_judged():
    chain = [condition("s0"), *(condition(f"s{n}", after=[f"s{n - 1}.true"]) for n in range(1, 400))]

    assert found(*chain) == set()

"""Which steps start, wait or are skipped, as a table of little graphs."""

from __future__ import annotations

from collections import ChainMap

import pytest

from backend.workflows.format import Definition
from backend.workflows.graph import build
from workers.engine.flow.frame import PASSED_OVER, SKIPPED_PORTS, Frame, Moves, failure_ports, success_ports


def frame_of(*steps: dict, scope: str | None = None, start_at: str = "") -> Frame:
    filled = [{"type": "transform", **step} for step in steps]
    graph = build(Definition.model_validate({"name": "test", "steps": filled}))
    return Frame(graph, scope=scope, prefix="", variables=ChainMap({}), start_at=start_at)


def ids(moves: Moves) -> tuple[list[str], list[str]]:
    return [node.id for node in moves.run], [node.id for node in moves.skip]


def test_entry_steps_start_together_by_priority_then_place() -> None:
    frame = frame_of({"id": "a", "priority": 2}, {"id": "b", "priority": 0}, {"id": "c", "after": ["a"]})

    moves = frame.begin()

    assert ids(moves) == (["b", "a"], [])


def test_a_branch_not_taken_is_skipped_and_does_not_block_the_join() -> None:
    frame = frame_of(
        {"id": "check", "type": "condition"},
        {"id": "yes", "after": ["check.true"]},
        {"id": "no", "after": ["check.false"]},
        {"id": "join", "after": ["yes", "no"]},
    )
    frame.begin()

    assert ids(frame.end("check", success_ports("true"))) == (["yes"], ["no"])
    assert ids(frame.end("no", SKIPPED_PORTS)) == ([], [])
    assert ids(frame.end("yes", success_ports(None))) == (["join"], [])


@pytest.mark.parametrize(
    ("join", "first", "second", "after_first", "after_second"),
    [
        ("any", True, False, ([], []), (["join"], [])),
        ("any", False, False, ([], []), ([], ["join"])),
        ("all", True, False, ([], []), ([], ["join"])),
        ("all", True, True, ([], []), (["join"], [])),
        ("first", True, True, (["join"], []), ([], [])),
        ("first", False, True, ([], []), (["join"], [])),
    ],
)
def test_joins(join, first, second, after_first, after_second) -> None:
    frame = frame_of({"id": "a"}, {"id": "b"}, {"id": "join", "after": ["a", "b"], "join": join})
    frame.begin()
    ports = {True: success_ports(None), False: failure_ports(continued=False)}

    assert ids(frame.end("a", ports[first])) == after_first
    assert ids(frame.end("b", ports[second])) == after_second


def test_an_error_port_is_taken_by_a_failure_only() -> None:
    steps = (
        {"id": "a"},
        {"id": "mend", "after": ["a.error"]},
        {"id": "next", "after": ["a"]},
        {"id": "x", "after": ["a.done"]},
    )
    failed, succeeded = frame_of(*steps), frame_of(*steps)
    failed.begin()
    succeeded.begin()

    assert ids(failed.end("a", failure_ports(continued=False))) == (["mend", "x"], ["next"])
    assert ids(succeeded.end("a", success_ports(None))) == (["next", "x"], ["mend"])


def test_a_continued_failure_goes_on_as_both() -> None:
    frame = frame_of({"id": "a"}, {"id": "mend", "after": ["a.error"]}, {"id": "next", "after": ["a"]})
    frame.begin()

    assert ids(frame.end("a", failure_ports(continued=True))) == (["mend", "next"], [])


def test_the_skipped_port() -> None:
    frame = frame_of({"id": "a"}, {"id": "b", "after": ["a.error"]}, {"id": "c", "after": ["b.skipped"]})
    frame.begin()
    frame.end("a", success_ports(None))

    assert ids(frame.end("b", SKIPPED_PORTS)) == (["c"], [])
    assert "next" in PASSED_OVER


def test_start_at_runs_that_step_and_skips_what_cannot_follow() -> None:
    frame = frame_of({"id": "a"}, {"id": "b", "after": ["a"]}, {"id": "c", "after": ["b"]}, {"id": "d"}, start_at="b")

    assert ids(frame.begin()) == (["b"], ["a", "d"])
    assert ids(frame.end("a", SKIPPED_PORTS)) == ([], [])
    assert ids(frame.end("b", success_ports(None))) == (["c"], [])


def test_steps_of_another_scope_are_left_alone() -> None:
    frame = frame_of(
        {"id": "loop", "type": "loop"}, {"id": "inner", "parent": "loop"}, {"id": "after", "after": ["loop"]}
    )

    assert ids(frame.begin()) == (["loop"], [])
    assert ids(frame.end("loop", success_ports(None))) == (["after"], [])

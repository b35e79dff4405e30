"""Parts of a document: one step for a test, and what leads to a step."""

from __future__ import annotations

import pytest

from backend.common.errors import Invalid
from backend.workflows import excerpt


def value(id_: str, *after: str, **options: object) -> dict:
    return {"id": id_, "type": "transform", "after": list(after), "config": {"values": {"v": "1"}}, **options}


def loop(id_: str, *after: str, **options: object) -> dict:
    config = {"items": "{{ rows }}", "item": "row", "concurrency": 5, "on_item_error": "continue"}
    return {"id": id_, "type": "loop", "after": list(after), "config": config, **options}


DOCUMENT = {
    "name": "Orders",
    "inputs": {"type": "object", "properties": {"rows": {"type": "array"}}, "required": ["rows"]},
    "settings": {"error_workflow": "tell", "sandbox": "step", "timeout": 3600},
    "steps": [
        value("first"),
        loop("rows", "first"),
        value("check", parent="rows", retry={"retries": 3}, on_error="continue", timeout=5, output="checked"),
        value("insert", "check", parent="rows", compensate="undo"),
        value("log", parent="rows"),
        value("undo"),
        value("other"),
        value("last", "rows", "other.done"),
        value("unrelated", "other"),
    ],
    "triggers": [{"id": "nightly", "type": "schedule", "cron": "0 2 * * *"}],
    "ui": {"notes": []},
}


def ids(document: dict) -> list[str]:
    return [step["id"] for step in document["steps"]]


def test_a_single_step_is_one_plain_attempt_within_the_time() -> None:
    found = excerpt.single(DOCUMENT, "first", given=(), seconds=30)

    assert found["steps"] == [{"id": "first", "type": "transform", "config": {"values": {"v": "1"}}, "timeout": 30}]
    assert found["settings"] == {"sandbox": "step", "timeout": 32}
    assert "triggers" not in found


def test_a_step_in_a_loop_keeps_the_loop_for_one_round() -> None:
    found = excerpt.single(DOCUMENT, "check", given=["checked"], seconds=30)

    around, step = found["steps"]
    assert around["config"] == {"items": "{{ rows }}", "item": "row", "max_iterations": 1, "on_limit": "stop"} | {
        "on_item_error": "fail"
    }
    assert step == {"id": "check", "type": "transform", "parent": "rows", "timeout": 5, "output": "checked"} | {
        "config": {"values": {"v": "1"}}
    }


def test_a_loop_whose_variables_are_given_is_not_needed() -> None:
    assert ids(excerpt.single(DOCUMENT, "check", given=["row"], seconds=30)) == ["check"]


def test_a_container_is_tested_with_its_body() -> None:
    found = excerpt.single(DOCUMENT, "rows", given=(), seconds=30)

    assert ids(found) == ["rows", "check", "insert", "log"]
    assert found["steps"][0]["config"]["concurrency"] == 5  # its own settings are what is tested
    assert found["steps"][1]["retry"] == {"retries": 3}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("first", ["first"]),
        ("check", ["first", "rows", "check"]),
        ("insert", ["first", "rows", "check", "insert", "undo"]),
        ("last", ["first", "rows", "check", "insert", "log", "undo", "other", "last"]),
        ("rows", ["first", "rows", "check", "insert", "log", "undo"]),
    ],
)
def test_what_leads_to_a_step(step: str, expected: list[str]) -> None:
    found = excerpt.until(DOCUMENT, step)

    assert ids(found) == expected
    assert found["inputs"] == DOCUMENT["inputs"]
    assert "triggers" not in found


def test_an_unknown_step_is_named_with_a_suggestion() -> None:
    with pytest.raises(Invalid) as raised:
        excerpt.single(DOCUMENT, "frist", given=(), seconds=30)

    assert "first" in raised.value.problems[0].hint


def test_parents_in_a_circle_end() -> None:
    document = {"steps": [loop("a", parent="b"), loop("b", parent="a"), value("c", parent="a")]}

    assert set(ids(excerpt.single(document, "c", given=(), seconds=1))) == {"a", "b", "c"}

"""What counts as a kept promise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workers.demo.cases import Case
from workers.demo.comparing import Happened, differences, fits

CASE = Case.model_validate(
    {
        "case": "told",
        "output": {"n": 1},
        "steps": {"a": "success"},
        "received": ["GET /data", {"call": "POST /chat/team", "body": {"text": "~ ^Hello"}, "times": 2}],
        "rows": {"SELECT 1": [[1]]},
    }
)
TOLD = {"call": "POST /chat/team", "query": {}, "body": {"text": "Hello you", "channel": "#team"}}
GOOD = Happened(
    status="SUCCESS",
    output={"n": 1, "more": True},
    error={},
    steps={"a": "success", "b": "skipped"},
    received=[TOLD, {"call": "GET /data", "query": {"page": "1"}, "body": ""}, TOLD],
    rows={"SELECT 1": [[1]]},
)


def test_a_kept_promise_has_no_differences() -> None:
    assert differences(CASE, GOOD) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"status": "FAILED", "error": {"message": "Away."}}, "it ended as FAILED, not as SUCCESS: Away."),
        ({"output": None}, 'the output is null, not {"n": 1}'),
        ({"steps": {}}, "the step a is not there, not success"),
        ({"received": GOOD.received[1:]}, 'this did not arrive: POST /chat/team {"text": "~ ^Hello"}'),
        ({"received": [*GOOD.received, TOLD]}, "this arrived, too: POST /chat/team"),
        ({"rows": {"SELECT 1": []}}, "SELECT 1 gives [], not [[1]]"),
    ],
)
def test_each_broken_promise_is_said(changed: dict[str, Any], said: str) -> None:
    (difference,) = differences(CASE, replace(GOOD, **changed))

    assert difference.startswith(said)


@pytest.mark.parametrize(
    ("expected", "found", "fit"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": None}, {}, False),
        ([1, 2], [1, 2, 3], False),
        (1, 1.0, True),
        (1, True, False),
        (0, None, False),
        (None, None, True),
        ("~ b.d", "a bad one", True),
        ("b.d", "bad", False),
    ],
)
def test_what_fits(expected: Any, found: Any, fit: bool) -> None:
    assert fits(expected, found) is fit

"""Broken input gets a 4xx in the one shape, with every problem at once, and loses nothing."""

from __future__ import annotations

import httpx
import pytest

from tests.acceptance.helpers import create, ended, execute

BROKEN = {
    "stepgraph": 1,
    "name": "Broken",
    "steps": [
        {"id": "a", "type": "transfrom", "config": {}},
        {"id": "b", "type": "condition", "after": ["c"], "config": {"expression": "nobody.knows > 1"}},
        {"id": "c", "type": "transform", "after": ["b"], "config": {"values": {"x": "1 +"}}},
        {"id": "d", "type": "api", "config": {"method": "GET"}},
    ],
}


def in_shape(answer: httpx.Response, status: int) -> dict:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["status"] == status
    assert body["error"]
    assert body["detail"]
    return body


def test_all_problems_of_a_definition_come_at_once(api: httpx.Client) -> None:
    """C-57: nothing is stored, and everything is said."""
    body = in_shape(api.post("/api/workflows/", json={"name": "Broken", "definition": BROKEN}), 400)

    text = " ".join(problem["message"] + problem["hint"] for problem in body["problems"])
    assert "transform" in text  # did you mean
    assert "cycle" in text.lower()
    assert "nobody" in text
    assert {problem["step"] for problem in body["problems"]} >= {"a", "b", "c", "d"}
    assert all(problem["path"] for problem in body["problems"])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"name": "x", ', 400),
        (b"\xff\xfe", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b"[" * 5000, 400),
        (b'{"name": "' + b"x" * 5_000_000 + b'"}', 413),
    ],
)
def test_broken_json(api: httpx.Client, content: bytes, status: int) -> None:
    in_shape(api.post("/api/workflows/", content=content, headers={"Content-Type": "application/json"}), status)


def test_without_a_key(stack) -> None:
    answer = httpx.get(f"{stack.url}/api/workflows/")

    assert answer.status_code == 401
    assert answer.json() == {"error": "Unauthorized", "detail": "Invalid or missing API key", "status": 401}


def test_input_that_does_not_fit(api: httpx.Client) -> None:
    workflow = create(
        api,
        {"id": "a", "type": "transform", "config": {"values": {"x": "n + 1"}}},
        inputs={"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}, "s": {"type": "string"}}},
    )

    answer = api.post(f"/api/workflows/{workflow['slug']}/execute/", json={"context": {"s": 3}})

    assert len(in_shape(answer, 400)["problems"]) == 2


def test_a_draft_that_was_changed_by_somebody_else(api: httpx.Client) -> None:
    workflow = create(api, {"id": "a", "type": "transform", "config": {"values": {"x": "1"}}})
    change = {"definition": workflow["definition"], "draft_revision": workflow["draft_revision"]}
    assert api.patch(f"/api/workflows/{workflow['id']}/", json=change).status_code == 200

    body = in_shape(api.patch(f"/api/workflows/{workflow['id']}/", json=change), 409)

    assert "current" in body


def test_cancelling_twice_is_an_illegal_transition(api: httpx.Client) -> None:
    job = ended(api, execute(api, create(api, {"id": "a", "type": "transform", "config": {"values": {"x": "1"}}})))

    body = in_shape(api.post(f"/api/jobs/{job['id']}/cancel/", json={}), 409)

    assert body["error"] == "illegal transition"

"""Tests of single steps, by real workers and sandboxes; and runs of parts of a draft."""

from __future__ import annotations

from typing import Any

import httpx

from tests.acceptance.helpers import create, ended, execute, script
from tests.http_server import Answer, Server

DISCOUNT = "codes = {'SAVE10': 0.10}\nprint('code', code)\nreturn price * (1 - codes.get(code, 0))"


def try_step(api: httpx.Client, step: str, *steps: dict, context: dict | None = None, **asked: Any) -> httpx.Response:
    body = {"definition": {"steps": list(steps)}, "step": step, "context": context or {}, **asked}
    return api.post("/api/steps/test/", json=body)


def test_c58_test_one_step_with_sample_context_and_leave_no_job(api: httpx.Client) -> None:
    """C-58: a discount step with (100, SAVE10) gives 90; the list of jobs and the figures stay as they were."""
    broken = {"id": "later", "type": "transform", "after": ["discount"], "config": {"values": {"x": "nonsense +"}}}
    steps = [script("load", "return 1"), script("discount", DISCOUNT, after=["load"]), broken]
    before = api.get("/api/jobs/").json()["count"], api.get("/api/workflows/").json()["count"]

    found = try_step(api, "discount", *steps, context={"price": 100, "code": "SAVE10"})

    assert found.status_code == 200, found.text
    answer = found.json()
    assert (answer["status"], answer["output"], answer["error"]) == ("success", 90, None)
    assert "code SAVE10" in answer["log"]
    assert answer["duration"] > 0
    assert len(answer["attempts"]) == 1
    after = api.get("/api/jobs/").json()["count"], api.get("/api/workflows/").json()["count"]
    assert after == before
    assert "step-tests" not in api.get("/metrics").text


def test_a_failure_names_line_and_reason_and_is_tried_once(api: httpx.Client) -> None:
    step = script("bad", "x = 1\nraise ValueError('no such order')", retry={"retries": 5}, on_error="continue")

    answer = try_step(api, "bad", step).json()

    assert answer["status"] == "failed"
    assert "no such order" in answer["error"]["message"]
    assert answer["error"]["line"] == 2
    assert len(answer["attempts"]) == 1


def test_faults_of_the_step_are_problems_and_time_is_limited(api: httpx.Client) -> None:
    faulty = {"id": "check", "type": "condition", "config": {"expression": "ordr.total > 3"}}
    refused = try_step(api, "check", faulty, context={"order": {"total": 5}})
    slow = try_step(api, "slow", script("slow", "import time; time.sleep(60)"), timeout=1).json()

    assert refused.status_code == 400
    assert "order" in refused.json()["problems"][0]["hint"]
    assert (slow["status"], slow["error"]["type"]) == ("failed", "timeout")


def test_connectors_are_real_and_results_of_a_job_are_known(api: httpx.Client, server: Server) -> None:
    server.answers["/orders"] = Answer(body=b'{"total": 40}', headers={"Content-Type": "application/json"})
    connector = {"name": "Shop of tests", "slug": "shop-of-tests", "type": "http", "config": {"base_url": server.url}}
    assert api.post("/api/connectors/", json=connector).status_code == 201
    rows = script("rows", "return [{'n': 1}, {'n': 2}]")
    loop = {"id": "each", "type": "loop", "after": ["rows"], "config": {"items": "{{ rows }}", "item": "row"}}
    config = {"connector": "shop-of-tests", "method": "GET", "url": "/orders", "query": {"n": "{{ row.n }}"}}
    get = {"id": "get", "type": "api", "parent": "each", "config": config}
    job = ended(api, execute(api, create(api, rows)))
    answer = try_step(api, "get", rows, loop, get, job=job["id"])

    assert answer.status_code == 200, answer.text
    assert (answer.json()["path"], answer.json()["output"]) == ("each[0].get", {"total": 40})
    assert [request.path for request in server.seen] == ["/orders?n=1"]


def test_nobody_is_asked_by_a_test_and_what_waits_is_said(api: httpx.Client) -> None:
    config = {"approvers": ["boss@example.com"], "message": "Order {{ number }}?"}
    asked = try_step(api, "ask", {"id": "ask", "type": "approval", "config": config}, context={"number": 7}).json()

    assert asked["status"] == "waiting"
    assert asked["waiting"]["signal"] == "approval"
    assert asked["input"]["message"] == "Order 7?"
    everybody = api.get("/api/approvals/").json()["results"]  # others of this installation ask, too
    assert [approval["message"] for approval in everybody if approval["message"] == "Order 7?"] == []


def test_run_to_a_step_then_on_from_it_with_what_is_known(api: httpx.Client) -> None:
    """Only what leads to the step runs; later, a changed parent runs again and an unchanged one does not; pins hold."""
    count = "import uuid\nreturn str(uuid.uuid4())"
    a, b = script("a", count), script("b", count, after=["a"])
    c = {"id": "c", "type": "transform", "after": ["b"], "config": {"values": {"seen": "[a, b]"}}}
    pinned = script("p", "raise ValueError('not to run')", pinned_output={"kept": 1})
    d = {"id": "d", "type": "transform", "after": ["c", "p"], "config": {"values": {"all": "[c.seen, p.kept]"}}}
    workflow = create(api, a, b, c, pinned, d)
    address = f"/api/workflows/{workflow['slug']}/"

    first = ended(api, execute(api, workflow, until="c"))
    definition = workflow["definition"]
    definition["steps"][1]["config"]["code"] = count + "  # changed"
    change = {"definition": definition, "draft_revision": workflow["draft_revision"]}
    assert api.patch(address, json=change).status_code == 200
    again = {"from_step": "d", "version": "draft", "rerun_changed": True}
    second = ended(api, api.post(f"/api/jobs/{first['id']}/retry/", json=again).json())

    assert [step["id"] for step in first["steps"]] == ["a", "b", "c"]
    assert second["status"] == "SUCCESS", second
    one, two = ({step["id"]: step for step in job["steps"]} for job in (first, second))
    assert two["a"]["reused"] == first["id"]
    assert two["a"]["output"] == one["a"]["output"]
    assert two["b"]["output"] != one["b"]["output"]
    assert two["p"]["pinned"]
    assert two["d"]["output"]["all"] == [[one["a"]["output"], two["b"]["output"]], 1]

"""The main job from outside: start, follow, cancel, read."""

from __future__ import annotations

import json
import time

import httpx

from tests.acceptance.helpers import create, ended, execute, script, until


def events_of(api: httpx.Client, job: dict, *, after: int = 0) -> list[dict]:
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": str(after)} if after else {})
    with api.stream("GET", f"/api/jobs/{job['id']}/events/", headers=headers, timeout=60) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        ids = []
        found = []
        for line in stream.iter_lines():
            if line.startswith("id: "):
                ids.append(int(line[4:]))
            if line.startswith("data: "):
                found.append(json.loads(line[6:]))
    assert ids == list(range(after + 1, after + 1 + len(ids)))
    return found


def test_events_arrive_live_in_order_and_can_be_resumed(api: httpx.Client) -> None:
    steps = [script("a", "import time; time.sleep(0.5)"), script("b", "return 1", after=["a"])]
    job = execute(api, create(api, *steps))

    live = events_of(api, job)
    resumed = events_of(api, job, after=3)

    kinds = ["job.started", "step.started", "step.completed", "step.started", "step.completed", "job.completed"]
    assert [event["type"] for event in live] == kinds
    assert resumed == live[3:]
    assert all(event["job"] == job["id"] and event["at"] for event in live)


def test_all_languages_of_this_machine_in_one_job(api: httpx.Client) -> None:
    installed = api.get("/api/system/").json()["sandbox"]["languages"]
    codes = {
        "python": "return {'hello': name, 'n': 3}",
        "javascript": "return {hello: name, n: 3}",
        "bash": 'echo "{\\"hello\\": \\"$SG_NAME\\", \\"n\\": 3}"',
    }
    chosen = {language: code for language, code in codes.items() if language in installed}
    steps = [script(language, code, language) for language, code in chosen.items()]
    workflow = create(api, *steps, inputs={"type": "object", "properties": {"name": {"type": "string"}}})

    job = ended(api, execute(api, workflow, context={"name": "Zoë “quoted” $(id)"}))

    assert {"python", "bash"} <= chosen.keys()
    assert job["status"] == "SUCCESS", job
    for step in job["steps"]:
        expected = "Zoë “quoted” $(id)"
        assert step["output"]["n"] == 3
        assert step["output"]["hello"] == expected


def test_cancel_kills_a_running_script_within_five_seconds(api: httpx.Client) -> None:
    job = execute(
        api, create(api, script("long", "import time; time.sleep(60)"), script("b", "return 1", after=["long"]))
    )
    until(api, job, lambda found: any(step["status"] == "running" for step in found["steps"]))
    started = time.monotonic()

    answer = api.post(f"/api/jobs/{job['id']}/cancel/", json={"reason": "not needed"})
    assert answer.status_code == 200
    found = ended(api, job, seconds=10)

    assert time.monotonic() - started < 5
    assert found["status"] == "CANCELLED"
    assert found["cancel_reason"] == "not needed"
    assert [step["status"] for step in found["steps"]] == ["cancelled"]


def test_logs_keep_order_and_level(api: httpx.Client) -> None:
    # The two streams are two pipes: what comes within the same moment may change places, what comes later may not.
    code = "import sys, time\nprint('one', flush=True)\ntime.sleep(0.5)\nprint('two', file=sys.stderr)\nreturn 1"
    job = ended(api, execute(api, create(api, script("talk", code))))

    everything = api.get(f"/api/jobs/{job['id']}/logs/").json()["logs"]
    errors, same = (
        api.get(f"/api/jobs/{job['id']}/logs/", params={"level": level}).json()["logs"] for level in ("error", "ERROR")
    )
    assert errors == same

    assert everything.index("one") < everything.index("two")
    assert "two" in errors
    assert "one" not in errors


def test_a_waiting_call_gets_the_output(api: httpx.Client) -> None:
    steps = [
        {"id": "sum", "type": "transform", "config": {"values": {"total": "sum(input.numbers)"}}},
        {"id": "out", "type": "output", "after": ["sum"], "config": {"values": {"total": "sum.total"}}},
    ]
    workflow = create(api, *steps)

    job = execute(api, workflow, context={"numbers": [1, 2, 3.5]}, wait=20)

    assert job["status"] == "SUCCESS"
    assert job["workflow_output"] == {"total": 6.5}
    assert job["execution_context"]["sum"] == {"total": 6.5}
    assert job["triggered_by"] == "API"


def test_the_same_idempotency_key_gives_the_same_job(api: httpx.Client) -> None:
    workflow = create(api, {"id": "a", "type": "transform", "config": {"values": {"x": "1"}}})

    first, second = (execute(api, workflow, idempotency_key="order-7") for _ in range(2))

    assert first["id"] == second["id"]


def test_retry_makes_a_linked_job(api: httpx.Client) -> None:
    workflow = create(api, {"id": "a", "type": "transform", "config": {"values": {"x": "input.n"}}})
    job = ended(api, execute(api, workflow, context={"n": 5}))

    again = api.post(f"/api/jobs/{job['id']}/retry/", json={}).json()

    assert again["retried_from"] == job["id"]
    assert ended(api, again)["execution_context"]["a"] == {"x": 5}

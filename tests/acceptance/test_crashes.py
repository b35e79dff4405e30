"""Processes are killed in the middle; what was accepted ends right, and what was recorded is not done again."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import httpx
import psutil
import pytest

from tests.acceptance.connecting import connect, step
from tests.acceptance.helpers import create, ended, execute, script, until
from tests.fakes.ai import Asked, Reply, ai_server
from tests.stack import Stack

SLOW = "import time, uuid\nprint('ran', uuid.uuid4())\ntime.sleep(1)\nreturn str(uuid.uuid4())"


def chain(count: int) -> list[dict]:
    ids = [f"s{number}" for number in range(1, count + 1)]
    return [script(id_, SLOW, after=[ids[place - 1]] if place else []) for place, id_ in enumerate(ids)]


def successes(job: dict) -> dict[str, str]:
    return {step["id"]: step["output"] for step in job["steps"] if step["status"] == "success"}


def kill(stack: Stack, name: str) -> None:
    os.kill(stack.child(name).pid, signal.SIGKILL)


def test_a_worker_killed_in_the_middle_of_five_scripts(stack: Stack, api: httpx.Client) -> None:
    job = execute(api, create(api, *chain(5)))
    before = until(api, job, lambda found: len(successes(found)) == 2)

    kill(stack, "worker")

    after = ended(api, job)
    assert after["status"] == "SUCCESS"
    assert list(successes(after)) == ["s1", "s2", "s3", "s4", "s5"]
    assert successes(after).items() >= successes(before).items(), "a recorded result was computed again"
    attempts = {step["id"]: len(step["attempts"]) for step in after["steps"]}
    assert [attempts[id_] for id_ in ("s1", "s2", "s4", "s5")] == [1, 1, 1, 1]
    assert attempts["s3"] <= 2


def test_a_worker_killed_while_a_model_thinks_about_what_its_tool_gave(stack: Stack, api: httpx.Client) -> None:
    """The tool's job is not started again, and the model is asked again with what it gave."""
    killed: list[float] = []
    name: list[str] = []

    def answer(asked: Asked) -> Reply:
        if not any(message["role"] == "tool" for message in asked.body["messages"]):
            return Reply(tool_calls=[(name[0], {"n": 20})])
        if not killed:
            killed.append(time.monotonic())
            kill(stack, "worker")
        return Reply("Forty-two.")

    with ai_server() as ai:
        ai.answer = answer
        inputs = {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}
        double = step("out", "output", values={"twice": "n * 2 + 2"})
        tool = create(api, double, inputs=inputs)
        config = {"connector": connect(api, "openai", **ai.config("openai")), "prompt": "How much?"}
        asks = step("ask", "ai", **config, tools=[{"workflow": tool["slug"]}])
        assert api.post(f"/api/workflows/{tool['slug']}/publish/", json={}).status_code == 200
        name.append(f"w_{tool['slug']}" if not tool["slug"][0].isalpha() else tool["slug"])

        after = ended(api, execute(api, create(api, asks)))

    (found,) = after["steps"]
    assert (after["status"], found["output"]) == ("SUCCESS", "Forty-two.")
    assert len(found["children"]) == 1
    assert [attempt["error"] and attempt["error"]["type"] for attempt in found["attempts"]] == ["interrupted", None]
    assert '{"twice": 42' in ai.asked[-1].text.replace("\\", "")


@pytest.mark.parametrize("name", ["web", "live", "scheduler", "sandbox", "redis"])
def test_every_other_process_may_be_killed(stack: Stack, api: httpx.Client, name: str) -> None:
    job = execute(api, create(api, *(step | {"retry": {"retries": 3, "delay": 0.5}} for step in chain(2))))
    until(api, job, lambda found: found["status"] == "RUNNING")
    victim = _redis(stack) if name == "redis" else stack.child(name)

    os.kill(victim.pid, signal.SIGKILL)

    assert _ended_at_last(api, job)["status"] == "SUCCESS"
    assert _comes_back(stack, name, instead_of=victim.pid)


def _ended_at_last(api: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    """An answer that was being sent by who was killed is cut, and its caller sees that; the next one is whole."""
    try:
        return ended(api, job)
    except httpx.RemoteProtocolError:
        return ended(api, job)


def _redis(stack: Stack) -> psutil.Process:
    children = psutil.Process(stack.process.pid).children()
    return next(child for child in children if "redis-server" in child.name())


def _comes_back(stack: Stack, name: str, *, instead_of: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            found = _redis(stack) if name == "redis" else stack.child(name)
            if found.pid != instead_of:
                return True
        except (StopIteration, psutil.NoSuchProcess):
            pass  # not back yet: that is what we wait for
        time.sleep(0.1)
    return False


def test_stopping_leaves_nothing_behind_and_work_goes_on_after_the_next_start(stack: Stack, api: httpx.Client) -> None:
    job = execute(api, create(api, *chain(4)))
    until(api, job, lambda found: len(successes(found)) == 1)
    processes = psutil.Process(stack.process.pid).children(recursive=True)

    code = stack.stop()
    _, alive = psutil.wait_procs(processes, timeout=5)
    stack.start_again()

    assert (code, alive) == (0, [])
    assert len(processes) >= 6
    assert ended(api, job)["status"] == "SUCCESS"

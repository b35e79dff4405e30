"""What a script prints is seen while it runs, in its place between the events, and after a broken line again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from tests.acceptance.helpers import create, ended, execute, script

CODE = """
import pathlib, time
print("one", flush=True)
print("two", flush=True)
time.sleep(5)
print("three", flush=True)
return 1
"""


def test_lines_of_a_script_are_live_ordered_and_resumable(api: httpx.Client) -> None:
    job = execute(api, create(api, script("talk", CODE)))["id"]

    first = follow(api, job)
    seen = [next(first)]
    while "two" not in text_of(seen):
        seen.append(next(first))
    first.close()
    running = api.get(f"/api/jobs/{job}/").json()
    again = list(follow(api, job, after=max(id_ for id_, _ in seen)))
    whole = ended(api, {"id": job})

    assert "one" in running["steps"][0]["log"]
    assert running["steps"][0]["status"] == "running"
    assert [line[-5:].split()[-1] for line in text_of(again).split("\n")] == ["one", "two", "three"]
    kinds = [data["type"] for _, data in again]
    assert kinds[0] == "step.log"
    assert kinds[-2:] == ["step.completed", "job.completed"]
    assert text_of(again) == whole["steps"][0]["log"] == log_of(api, job)
    assert all(data["type"] != "step.log" for _, data in follow(api, job, live=False))


def follow(api: httpx.Client, job: str, *, after: int = 0, live: bool = True) -> Iterator[tuple[int, dict[str, Any]]]:
    headers = {"Last-Event-ID": str(after)} if after else {}
    params = {"live": "1"} if live else {}
    with api.stream("GET", f"/api/jobs/{job}/events/", headers=headers, params=params, timeout=30) as answer:
        number = 0
        for line in answer.iter_lines():
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("data: "):
                yield number, json.loads(line[6:])
                number = 0


def text_of(seen: list[tuple[int, dict[str, Any]]]) -> str:
    lines = {
        data["first"] + index: line
        for _, data in seen
        if data["type"] == "step.log"
        for index, line in enumerate(data["lines"])
    }
    return "\n".join(lines[number] for number in sorted(lines))


def log_of(api: httpx.Client, job: str) -> str:
    text: str = api.get(f"/api/jobs/{job}/steps/talk/log/").json()["log"]
    return text

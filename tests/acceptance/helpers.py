"""Starts and follows jobs over the API, as an outside client does."""

from __future__ import annotations

import time
from typing import Any

import httpx

ENDED = {"SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"}


def create(api: httpx.Client, *steps: dict, **document: Any) -> dict[str, Any]:
    """A stored workflow with these steps."""
    definition = {"stepgraph": 1, "name": "Acceptance", "steps": list(steps), **document}
    answer = api.post("/api/workflows/", json={"name": "Acceptance", "definition": definition})
    assert answer.status_code == 201, answer.text
    return answer.json()


def execute(api: httpx.Client, workflow: dict[str, Any], **asked: Any) -> dict[str, Any]:
    """A job of the workflow, just accepted."""
    answer = api.post(f"/api/workflows/{workflow['slug']}/execute/", json={"context": {}, **asked})
    assert answer.status_code == 201, answer.text
    return answer.json()


def job_of(api: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    return api.get(f"/api/jobs/{job['id']}/").json()


def ended(api: httpx.Client, job: dict[str, Any], *, seconds: float = 60) -> dict[str, Any]:
    """The job once it has ended."""
    return until(api, job, lambda found: found["status"] in ENDED, seconds=seconds)


def until(api: httpx.Client, job: dict[str, Any], condition: Any, *, seconds: float = 60) -> dict[str, Any]:
    """The job as soon as the condition holds."""
    deadline = time.monotonic() + seconds
    while True:
        found = job_of(api, job)
        if condition(found):
            return found
        assert time.monotonic() < deadline, f"still not so after {seconds} s: {found}"
        time.sleep(0.1)


def script(id_: str, code: str, language: str = "python", **options: Any) -> dict[str, Any]:
    """A script step."""
    return {"id": id_, "type": "script", "config": {"language": language, "code": code}, **options}

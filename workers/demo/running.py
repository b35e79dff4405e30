"""Runs a case as an outside client does: over the API, with a look at the stand-ins afterwards."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx

from backend.common.json import JSON
from workers.demo.cases import DATA, Case
from workers.demo.comparing import Happened

_ENDED = frozenset({"SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"})
_SECONDS = 120.0
_PAUSE_SECONDS = 0.1


class Refused(Exception):
    """The installation or a stand-in answered with an error."""


class Runner:
    """Talks to an installation, by `api`, and to its stand-ins, by `world`."""

    def __init__(self, *, api: httpx.Client, world: httpx.Client) -> None:
        self._api = api
        self._world = world

    def run(self, slug: str, case: Case) -> Happened:
        """The stand-ins forget everything before; one case at a time. Raises Refused."""
        self._world.post("/reset").raise_for_status()
        asked = {"context": self._context(case)}
        job = self._until_rest(_json(self._api.post(f"/api/workflows/{slug}/execute/", json=asked)))
        if job["status"] not in _ENDED:
            self._api.post(f"/api/jobs/{job['id']}/cancel/", json={"reason": "The demo has seen enough."})
        return Happened(
            status=job["status"],
            output=job["workflow_output"],
            error=job["error"] or {},
            steps={step["path"]: step["status"] for step in job["steps"]},
            received=_json(self._world.get("/received")),
            rows={query: _json(self._world.get("/rows", params={"query": query})) for query in case.rows},
        )

    def _context(self, case: Case) -> dict[str, JSON]:
        files = {name: self._upload(file) for name, file in case.files.items()}
        texts = {name: (DATA / file).read_text(encoding="utf-8") for name, file in case.texts.items()}
        return {**case.input, **files, **texts}

    def _until_rest(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        """The job once it has ended, or waits for a person."""
        deadline = time.monotonic() + _SECONDS
        while True:
            found = _json(self._api.get(f"/api/jobs/{job['id']}/"))
            if found["status"] in _ENDED or _waits_for_person(found) or time.monotonic() > deadline:
                return dict(found)
            time.sleep(_PAUSE_SECONDS)

    def _upload(self, name: str) -> JSON:
        path = DATA / name
        return _json(self._api.post("/api/files/", files={"file": (path.name, path.read_bytes())}))["reference"]


def _waits_for_person(job: Mapping[str, Any]) -> bool:
    waiting = [step for step in job["steps"] if step["status"] == "waiting"]
    return job["status"] == "WAITING" and any(step["type"] == "approval" for step in waiting)


def _json(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise Refused(f"{answer.request.method} {answer.request.url} answers {answer.status_code}: {answer.text}")
    return answer.json()

"""Accepting a job over HTTP, against the cheapest request that the same server answers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.ratio import Ratio, compare
from tests.stack import running_stack

_REQUESTS = 50
_DEFINITION = {
    "stepgraph": 1,
    "name": "Bench",
    "steps": [{"id": "out", "type": "output", "config": {"values": {"ok": "true"}}}],
    "triggers": [
        {"id": "now", "type": "webhook", "respond": "immediately"},
        {"id": "wait", "type": "webhook", "respond": "when_finished"},
    ],
}


def measure() -> Iterator[Ratio]:
    """A webhook answered at once, and one that waits for its job, each against `/health/live`."""
    with (
        tempfile.TemporaryDirectory(prefix="stepgraph-bench-") as home,
        running_stack(Path(home)) as stack,
        stack.client() as api,
    ):
        slug = api.post("/api/workflows/", json={"name": "Bench", "definition": _DEFINITION}).json()["slug"]
        api.post(f"/api/workflows/{slug}/publish/", json={})
        hooks = {hook["trigger_id"]: hook["url"] for hook in api.get("/api/webhooks/").json()["results"]}
        for name, hook in (("accepted", hooks["now"]), ("answered by its job", hooks["wait"])):
            yield compare(
                f"webhook {name}, against a liveness probe",
                ours=lambda hook=hook: _repeat(lambda: api.post(hook, json={"n": 1})),
                base=lambda: _repeat(lambda: api.get("/health/live")),
                rounds=5,
            )


def _repeat(request: object) -> None:
    for _ in range(_REQUESTS):
        answer: httpx.Response = request()  # type: ignore[operator] # a function of ours
        assert answer.is_success, answer.text

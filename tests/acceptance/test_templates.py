"""Every template of the gallery becomes a workflow that runs as it is."""

from __future__ import annotations

import httpx

from tests.acceptance.helpers import ENDED, execute, until


def test_every_template_runs_as_it_is(api: httpx.Client) -> None:
    found = api.get("/api/templates/", params={"limit": 200}).json()["results"]
    started = {one["slug"]: _started(api, one["slug"]) for one in found}

    ended = {
        slug: until(api, job, lambda now: now["status"] in {*ENDED, "WAITING"})["status"]
        for slug, job in started.items()
    }

    assert len(ended) >= 6
    assert set(ended.values()) <= {"SUCCESS", "WAITING"}, ended  # some wait for a person


def test_a_template_takes_its_parameter(api: httpx.Client) -> None:
    made = api.post("/api/templates/etl/use/", json={"parameters": {"source": "shop"}}).json()
    job = until(api, execute(api, made, version="draft"), lambda now: now["status"] in ENDED)

    assert made["name"] == "ETL shop"
    assert (job["status"], job["workflow_output"]) == ("SUCCESS", {"loaded": 2, "skipped": 1})


def _started(api: httpx.Client, slug: str) -> dict:
    made = api.post(f"/api/templates/{slug}/use/", json={})
    assert made.status_code == 201, made.text
    return execute(api, made.json(), version="draft")

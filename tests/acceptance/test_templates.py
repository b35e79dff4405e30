"""Every template of the gallery becomes a workflow that runs as it is."""

from __future__ import annotations

import re

import httpx

from tests.acceptance.helpers import ENDED, execute, until


def test_every_template_runs_as_it_is_or_names_what_it_needs(api: httpx.Client) -> None:
    found = api.get("/api/templates/", params={"limit": 200}).json()["results"]
    whole = [one["slug"] for one in found if not one["needs"]]
    started = {slug: _started(api, slug) for slug in whole}

    ended = {
        slug: until(api, job, lambda now: now["status"] in {*ENDED, "WAITING"})["status"]
        for slug, job in started.items()
    }

    assert len(ended) >= 6
    assert set(ended.values()) <= {"SUCCESS", "WAITING"}, ended  # some wait for a person
    assert {one["slug"]: _missing(api, one["slug"]) for one in found if one["needs"]} == {
        one["slug"]: set(one["needs"]) for one in found if one["needs"]
    }


def test_a_template_takes_its_parameter(api: httpx.Client) -> None:
    made = api.post("/api/templates/etl/use/", json={"parameters": {"source": "shop"}}).json()
    job = until(api, execute(api, made, version="draft"), lambda now: now["status"] in ENDED)

    assert made["name"] == "ETL shop"
    assert (job["status"], job["workflow_output"]) == ("SUCCESS", {"loaded": 2, "skipped": 1})


def _started(api: httpx.Client, slug: str) -> dict:
    return execute(api, _made(api, slug), version="draft")


def _made(api: httpx.Client, slug: str) -> dict:
    made = api.post(f"/api/templates/{slug}/use/", json={})
    assert made.status_code == 201, made.text
    return made.json()


def _missing(api: httpx.Client, slug: str) -> set[str]:
    """The connectors that keep it from being published, if nothing else does."""
    problems = api.post(f"/api/workflows/{_made(api, slug)['slug']}/publish/", json={}).json()["problems"]
    return {re.sub(r"^There is no connector “(.+)” in this organisation\.$", r"\1", one["message"]) for one in problems}

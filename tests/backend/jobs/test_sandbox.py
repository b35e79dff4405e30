"""What the console is told of the sandboxes, and what validation makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organization
from backend.common.ids import uuid7
from backend.jobs import sandbox, store

pytestmark = pytest.mark.django_db

HOW_TO = "PowerShell runtime not installed: build the image."
STATS: dict[str, Any] = {
    "isolation": "docker",
    "reason": "",
    "languages": {
        "python": {"title": "Python", "available": True, "detail": "3.11"},
        "powershell": {"title": "PowerShell", "available": False, "detail": HOW_TO},
    },
    "running": 2,
    "queued": 1,
    "max_running": 4,
    "network": {"available": True, "enforced": True},
    "metrics": {"executions": {"python": {"ok": 7}}, "kills": {"timeout": 1}},
    "prometheus": "stepgraph_sandbox_running 2\n",
}


@pytest.fixture
def client(api_key_client) -> Client:
    return api_key_client("read")


def describe(**more: Any) -> None:
    """A worker that lives, and what its sandbox service says."""
    worker = uuid7()
    store.worker_register(worker, host="test", pid=1, sandbox={})
    store.worker_describe(worker, sandbox={**STATS, **more})


def entry(key: str, *organizations: str) -> dict[str, Any]:
    return {
        "id": key,
        "language": "python",
        "packages": ["six"],
        "state": "building",
        "reason": "",
        "log": "Resolving …",
        "size": 0,
        "created_at": None,
        "used_at": 1_767_323_045.0,
        "organizations": list(organizations),
    }


def test_without_a_worker_nothing_is_known(client) -> None:
    found = client.get("/api/sandbox/").json()

    assert (found["isolation"], found["languages"]) == ("", [])
    assert client.get("/api/sandbox/packages/").json()["results"] == []


def test_tells_the_wall_the_languages_and_how_busy_it_is(client) -> None:
    describe()

    found = client.get("/api/sandbox/").json()

    assert (found["isolation"], found["running"], found["queued"]) == ("docker", 2, 1)
    assert found["languages"][1] == {"name": "powershell", "title": "PowerShell", "available": False, "detail": HOW_TO}
    assert (found["executions"], found["kills"]) == ({"python": {"ok": 7}}, {"timeout": 1})
    assert found["network"] == {"available": True, "enforced": True}
    assert sandbox.prometheus() == "stepgraph_sandbox_running 2\n"


def test_shows_each_organisation_its_own_packages(client) -> None:
    organization = Organization.objects.get()
    describe(packages=[entry("mine", str(organization.id), "other"), entry("theirs", "other")])

    found = client.get("/api/sandbox/packages/").json()

    assert (found["count"], [item["id"] for item in found["results"]]) == (1, ["mine"])
    assert found["results"][0]["used_at"] == "2026-01-02T03:04:05+00:00"
    assert "organizations" not in found["results"][0]


def test_a_language_that_cannot_run_here_is_a_warning(api_key_client) -> None:
    editor = api_key_client("edit")
    steps = [
        {"id": name, "type": "script", "config": {"language": name, "code": "return 1"}}
        for name in ("python", "powershell")
    ]
    definition = {"stepgraph": 1, "name": "Flow", "steps": steps}
    created = editor.post("/api/workflows/", {"name": "Flow", "slug": "flow", "definition": definition}, "json")
    unknown = editor.post("/api/workflows/flow/validate/", {}, "json").json()
    describe()

    report = editor.post("/api/workflows/flow/validate/", {}, "json").json()

    assert created.status_code == 201
    assert [problem["code"] for problem in unknown["warnings"]] == []
    assert report["is_valid"]
    assert [(problem["code"], problem["step"], problem["path"]) for problem in report["warnings"]] == [
        ("runtime_missing", "powershell", "steps[1].config.language")
    ]
    assert report["warnings"][0]["message"] == HOW_TO

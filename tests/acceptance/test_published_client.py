"""The command-line client `pyexec` as PyPI has it, made for another system: it works here without a change (C-64).

What is broken in the client itself stands in this folder's README, beside the scenario.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.acceptance.helpers import create, ended, execute, script, until
from tests.stack import Stack

Client = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def pyexec(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """The client, told once where it finds us."""
    environment = {
        "HOME": str(tmp_path_factory.mktemp("pyexec")),  # where it keeps its settings
        "PATH": os.environ["PATH"],
        "COLUMNS": "5000",  # it cuts what is wider than the terminal
    }
    program = Path(sys.executable).with_name("pyexec")

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [program, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    run("config", "set", "--api-url", stack.url, "--api-key", stack.api_key, "--timeout", "30")
    return run


@pytest.fixture(scope="module")
def priced(api: httpx.Client) -> dict:
    """A published workflow that adds up, and writes a log with one error in it."""
    code = "print('adding up')\nprint('ERROR the scales are not calibrated')\nresult = int(context['amount']) * 2"
    made = create(api, script("price", code), name="Priced by the client")
    name = {"name": "Priced by the client"}
    assert api.patch(f"/api/workflows/{made['id']}/", json=name).status_code == 200
    assert api.post(f"/api/workflows/{made['id']}/publish/", json={}).status_code == 200
    return {**made, **name}


def test_settings_are_kept_and_the_key_is_not_shown(pyexec: Client, stack: Stack) -> None:
    shown = pyexec("config", "show").stdout

    assert stack.url in shown
    assert stack.api_key not in shown
    assert f"***{stack.api_key[-4:]}" in shown


def test_workflows_are_listed_looked_at_and_switched(pyexec: Client, api: httpx.Client, priced: dict) -> None:
    name = priced["name"]

    listed = json.loads(pyexec("workflows", "list", "--filter", "status=active", "--output", "json").stdout)
    found = json.loads(pyexec("workflows", "get", name, "--output", "json").stdout)
    table = pyexec("workflows", "list").stdout
    pyexec("workflows", "disable", name)
    inactive = api.get(f"/api/workflows/{priced['id']}/").json()
    refused = pyexec("workflows", "run", name, code=1).stdout
    pyexec("workflows", "enable", found["number"])
    active = api.get(f"/api/workflows/{priced['id']}/").json()

    assert name in [one["name"] for one in listed]
    assert (found["id"], found["definition"]["steps"][0]["id"]) == (priced["id"], "price")
    assert all(text in table for text in (name, "manual", "published"))
    assert (inactive["is_active"], active["is_active"]) == (False, True)
    assert "Failed to run workflow" in refused


def test_a_run_is_waited_for_and_ends_with_its_code(pyexec: Client, priced: dict, tmp_path: Path) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps({"amount": 20}))

    good = pyexec("workflows", "run", priced["name"], "--context-file", str(context), "--wait").stdout
    bad = pyexec("workflows", "run", priced["name"], "--context", "amount=much", "--wait", code=1).stdout

    assert "Job completed successfully" in good
    assert "ValueError" in bad


def test_jobs_are_listed_followed_and_read(pyexec: Client, api: httpx.Client, priced: dict) -> None:
    job = ended(api, execute(api, priced, context={"amount": 21}))
    number = job["number"]

    filters = ["--workflow", priced["name"], "--filter", "status=success", "--limit", "1"]
    listed = json.loads(pyexec("jobs", "list", *filters, "--output", "json").stdout)
    found = json.loads(pyexec("jobs", "get", number, "--output", "json").stdout)
    steps = pyexec("jobs", "get", number, "--show-steps").stdout
    followed = pyexec("jobs", "follow", number).stdout
    errors = pyexec("logs", "job", number, "--level", "error").stdout
    latest = pyexec("logs", "workflow", priced["name"]).stdout

    assert [one["number"] for one in listed] == [number]
    assert (found["id"], found["workflow"], found["status"]) == (job["id"], priced["id"], "success")
    assert "price: success" in steps
    assert "adding up" in followed
    assert "Job completed" in followed
    assert "not calibrated" in errors
    assert "adding up" not in errors
    assert "adding up" in latest


def test_a_waiting_job_is_cancelled_with_the_reason(pyexec: Client, api: httpx.Client) -> None:
    waiting = create(api, {"id": "pause", "type": "wait", "config": {"seconds": 3600}})
    job = until(api, execute(api, waiting, version="draft"), lambda found: found["status"] == "WAITING")

    pyexec("jobs", "cancel", job["number"], "--force", "--reason", "No longer needed")
    again = pyexec("jobs", "cancel", job["number"], "--force", code=1).stdout

    cancelled = ended(api, job)
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("CANCELLED", "No longer needed")
    assert "illegal transition" in again


def test_secrets_are_set_listed_and_removed_and_never_shown(pyexec: Client, api: httpx.Client) -> None:
    pyexec("secrets", "set", "SHOP_TOKEN", "hunter-2-hunter")
    pyexec("secrets", "set", "SHOP_TOKEN", "hunter-3-hunter")  # a new value for the same
    listed = pyexec("secrets", "list", "--show-usage").stdout
    found = pyexec("secrets", "get", "SHOP_TOKEN", "--force").stdout
    pyexec("secrets", "delete", "SHOP_TOKEN", "--confirm")

    assert "SHOP_TOKEN" in listed
    assert "hunter" not in listed + found
    assert api.get("/api/secrets/SHOP_TOKEN/").status_code == 404

"""C-62: a program that wraps its input, one that sends it bare, and a person at the dialog start the same job."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.helpers import ended, job_of, until
from tests.e2e.people import be_signed_in, make_owner
from tests.stack import Stack

GIVEN = {"region": "eu", "count": 7, "express": True}
INPUTS = {
    "type": "object",
    "required": ["region"],
    "additionalProperties": False,
    "properties": {
        "region": {"type": "string"},
        "count": {"type": "integer"},
        "express": {"type": "boolean"},
        "currency": {"type": "string", "default": "EUR"},  # nobody says it
    },
}
# The jobs cannot end before they are told to: whoever gets one has got it at once.
STEPS: list[dict[str, Any]] = [
    {"id": "wait", "type": "wait", "config": {"event": "three-ways/go"}},
    {"id": "order", "type": "transform", "after": ["wait"], "config": {"values": {"text": "f'{count} to {region}'"}}},
]
STRANGE = {"colour": "red"}


def test_three_ways_to_start_the_same_job(page: Page, stack: Stack) -> None:
    with stack.client() as api:
        workflow = workflow_of(api)
        refused = [post(api, workflow, way, body(way, {**GIVEN, **STRANGE})) for way in ("execute", "run")]
        accepted = [post(api, workflow, way, body(way, GIVEN)) for way in ("execute", "run")]
        by_hand = start_by_hand(page, stack, api, workflow)

        jobs = [*(answer.json() for answer in accepted), by_hand]
        for job in jobs:
            until(api, job, lambda found: found["status"] == "WAITING")
        assert api.post("/api/events/", json={"name": "three-ways/go"}).json() == {"reached": 3}
        found = [ended(api, job) for job in jobs]
        count = jobs_of(api, workflow)["count"]

    assert [answer.status_code for answer in refused] == [400, 400]
    assert all("'colour' was unexpected" in answer.json()["problems"][0]["message"] for answer in refused)
    assert [answer.status_code for answer in accepted] == [201, 201]
    assert all(answer.json()["status"] in {"QUEUED", "RUNNING", "WAITING"} for answer in accepted)
    assert [job["status"] for job in found] == ["SUCCESS"] * 3
    assert [job["triggered_by"] for job in found] == ["API", "API", "MANUAL"]
    context = {**GIVEN, "currency": "EUR", "wait": None, "order": {"text": "7 to eu"}}
    assert [job["execution_context"] for job in found] == [context] * 3
    assert count == 3  # what was refused left none


def workflow_of(api: httpx.Client) -> str:
    """The slug of a published workflow that says what it takes."""
    definition = {"stepgraph": 1, "name": "Three ways", "inputs": INPUTS, "steps": STEPS}
    made = api.post("/api/workflows/", json={"name": "Three ways", "definition": definition}).json()
    api.post(f"/api/workflows/{made['slug']}/publish/", json={}).raise_for_status()
    return str(made["slug"])


def body(way: str, given: dict[str, Any]) -> dict[str, Any]:
    return given if way == "run" else {"context": given}


def post(api: httpx.Client, workflow: str, way: str, sent: dict[str, Any]) -> httpx.Response:
    return api.post(f"/api/workflows/{workflow}/{way}/", json=sent)


def jobs_of(api: httpx.Client, workflow: str, **filters: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/api/jobs/", params={"workflow": workflow, **filters}).json()
    return found


def start_by_hand(page: Page, stack: Stack, api: httpx.Client, workflow: str) -> dict[str, Any]:
    """Fills the form of the run dialog; a field that the workflow does not know is refused there, too."""
    be_signed_in(page, make_owner(stack))
    page.goto(f"/workflows/{workflow}")
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    fill_form(dialog)
    start_with_something_strange(page, dialog)
    dialog.get_by_role("button", name="Run", exact=True).click()
    expect(dialog).to_have_count(0)
    (made,) = jobs_of(api, workflow, triggered_by="MANUAL")["results"]
    return job_of(api, made)


def fill_form(dialog: Locator) -> None:
    """As the workflow's `inputs` describe it, the default filled in."""
    expect(dialog.get_by_role("textbox", name="Currency")).to_have_value("EUR")
    dialog.get_by_role("textbox", name="Region").fill("eu")
    dialog.get_by_role("textbox", name="Count").fill("7")
    dialog.get_by_role("switch", name="Express").check()


def start_with_something_strange(page: Page, dialog: Locator) -> None:
    """In the JSON behind the form one may write what the form has no field for; it is gone again the next time."""
    dialog.get_by_role("button", name="Write it as JSON").click()
    written = dialog.get_by_role("textbox", name="Input (JSON)")
    expect(written).to_contain_text('"region": "eu"')
    written.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.insert_text('"colour": "red",')
    dialog.get_by_role("button", name="Run", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("'colour' was unexpected")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(dialog.get_by_role("textbox", name="Region")).to_have_value("eu")

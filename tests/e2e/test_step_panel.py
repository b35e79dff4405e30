"""The panel of one step: running it, what comes of expressions as one types, and what is out of date."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import be_signed_in, make_owner
from tests.stack import Stack

STEPS = [
    {"id": "load", "name": "Load", "type": "script", "config": {"code": "return [{'price': p} for p in (10, 20, 30)]"}},
    {"id": "sum", "name": "Sum", "type": "transform", "after": ["load"]}
    | {"config": {"values": {"total": "sum([row.price for row in load])"}}},
    {"id": "ask", "name": "Ask", "type": "api", "after": ["sum"], "config": {"url": "https://example.com"}},
]


@pytest.fixture(scope="module")
def person(stack: Stack) -> str:
    """Somebody who may do everything."""
    return make_owner(stack)


@pytest.fixture
def editor(page: Page, stack: Stack, person: str) -> Page:
    """The editor of a workflow that has never run."""
    definition = {"stepgraph": 1, "name": "Panel", "steps": STEPS}
    with stack.client() as api:
        made = api.post("/api/workflows/", json={"name": "Panel", "definition": definition}).json()
    be_signed_in(page, person)
    page.goto(f"/workflows/{made['slug']}")
    return page


def node(page: Page, name: str, state: str = "") -> Locator:
    return page.get_by_role("group", name=re.compile(f"step: {name}.*{state}"))


def open_step(page: Page, name: str) -> None:
    node(page, name).click(position={"x": 60, "y": 14})
    expect(page.get_by_role("button", name="Run this step")).to_be_visible()


def test_a_step_is_run_changed_and_run_alone(editor: Page, stack: Stack) -> None:
    panel = editor.get_by_role("complementary", name="Step panel")
    open_step(editor, "Sum")

    editor.get_by_role("button", name="Run this step").click()  # nothing has run: the step before it is run, too
    expect(panel.get_by_text("60")).to_be_visible(timeout=30_000)
    expect(node(editor, "Load", "status success")).to_be_visible()
    expect(node(editor, "Ask", "status")).to_have_count(0)

    editor.get_by_role("tab", name="Settings").click()
    field = panel.get_by_role("textbox", name="value of total")
    field.click()
    editor.keyboard.press("Control+a")
    editor.keyboard.type("[row.price for row in load if row.")
    expect(editor.get_by_role("option", name=re.compile("price"))).to_be_visible()
    editor.keyboard.press("Escape")
    editor.keyboard.press("Control+a")
    editor.keyboard.type("max([row.price for row in load]) * 2", delay=1)
    expect(panel.get_by_role("status", name="Result with sample values")).to_contain_text("60")
    expect(node(editor, "Sum").get_by_text("Out of date")).to_be_attached()

    with stack.client() as api:
        before = api.get("/api/jobs/").json()["count"]
        editor.get_by_role("button", name="Run this step").click()
        expect(panel.get_by_text("From a run of this step alone")).to_be_visible(timeout=30_000)
        assert api.get("/api/jobs/").json()["count"] == before
    expect(node(editor, "Sum").get_by_text("Out of date")).not_to_be_attached()


def test_a_curl_command_becomes_the_settings_of_a_request(editor: Page) -> None:
    panel = editor.get_by_role("complementary", name="Step panel")
    open_step(editor, "Ask")

    panel.get_by_role("button", name="Paste curl").click()
    panel.get_by_role("textbox", name="curl command").fill(
        "curl -X POST https://api.example.com/orders -d '{\"a\": 1}'"
    )
    panel.get_by_role("button", name="Use this command").click()
    expect(panel.get_by_role("textbox", name="Address")).to_contain_text("https://api.example.com/orders")

    panel.get_by_role("button", name="Show as curl").click()
    expect(panel.get_by_role("region", name="curl command")).to_contain_text("https://api.example.com/orders")

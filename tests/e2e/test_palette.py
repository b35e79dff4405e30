"""What the palette makes can be published as far as names go."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.people import be_signed_in, make_owner
from tests.stack import Stack

OF_NAMES = {"reserved_name", "duplicate_id", "invalid_id"}


def test_every_step_type_begins_with_a_name_that_the_server_takes(page: Page, stack: Stack) -> None:
    be_signed_in(page, make_owner(stack))
    with stack.client() as api:
        kinds: list[dict[str, Any]] = api.get("/api/step-types/").json()
        slug = api.post("/api/workflows/", json={"name": "One of each"}).json()["slug"]
        page.goto(f"/workflows/{slug}")

        for kind in kinds:
            page.get_by_role("button", name=f"Add {kind['label']} step", exact=True).click()
            page.keyboard.press("Escape")  # the next one stands by itself
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
        draft = api.get(f"/api/workflows/{slug}/").json()["definition"]
        found = api.post(f"/api/workflows/{slug}/validate/", json={"definition": draft}).json()

    assert sorted(step["type"] for step in draft["steps"]) == sorted(kind["type"] for kind in kinds)
    assert [problem for problem in found["errors"] if problem["code"] in OF_NAMES] == []
    names = {step["type"]: step["name"] for step in draft["steps"]}
    assert names == {kind["type"]: kind["label"] for kind in kinds}


def test_renaming_takes_the_keys_at_once(page: Page, stack: Stack) -> None:
    be_signed_in(page, make_owner(stack))
    step = {"id": "a", "type": "transform", "config": {"values": {"x": "1"}}}
    definition = {"stepgraph": 1, "name": "To rename", "steps": [step]}
    with stack.client() as api:
        slug = api.post("/api/workflows/", json={"name": "To rename", "definition": definition}).json()["slug"]
    page.goto(f"/workflows/{slug}")
    node = page.locator(".react-flow__node[data-id=a]")
    node.click()
    page.keyboard.press("o")
    expect(page.get_by_role("tab", name="Output")).to_have_attribute("aria-selected", "true")

    page.keyboard.press("F2")
    page.keyboard.type("odd pin? c")
    page.keyboard.press("Enter")

    expect(node).to_contain_text("odd pin? c")
    expect(node).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)

"""A workflow of 300 steps, changed by mouse and by keyboard: copying, undoing, finding, laying out, containers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import looking
from tests.e2e.people import be_signed_in, make_owner
from tests.stack import Stack

COUNT = 300
STEPS: list[dict[str, Any]] = [
    {"id": f"s{number}", "name": f"Step {number}", "type": "transform", "config": {"values": {"n": str(number)}}}
    | ({"after": [f"s{number - 1}"]} if number else {})
    for number in range(COUNT)
]
PLACES = {f"s{number}": [(number % 20) * 260, (number // 20) * 120] for number in range(COUNT)}


@pytest.fixture
def editor(page: Page, stack: Stack) -> Page:
    """The editor of the large workflow."""
    definition = {"stepgraph": 1, "name": "Large", "steps": STEPS, "ui": {"positions": PLACES}}
    with stack.client() as api:
        made = api.post("/api/workflows/", json={"name": "Large", "definition": definition}).json()
    be_signed_in(page, make_owner(stack))
    page.goto(f"/workflows/{made['slug']}")
    return page


def node(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=re.compile(rf"step: {name}\b"))


def saved_draft(page: Page, stack: Stack) -> dict[str, Any]:
    """The draft, once the editor has saved it."""
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    with stack.client() as api:
        draft: dict[str, Any] = api.get(f"/api/workflows/{page.url.rsplit('/', 1)[1]}/").json()["definition"]
    return draft


def test_three_hundred_steps_by_mouse_and_keyboard(editor: Page, stack: Stack) -> None:
    first = node(editor, "Step 0")
    expect(first).to_be_visible()
    assert editor.locator(".react-flow__node").count() < COUNT / 2  # what is out of sight is not drawn

    # By mouse: drag a step; by keyboard: undo it, copy and paste, undo that, too.
    first.hover(position={"x": 60, "y": 14})  # waits until the first view stands still
    box = first.bounding_box()
    assert box is not None
    editor.mouse.down()
    editor.mouse.move(box["x"] + 60, box["y"] + 94, steps=5)
    editor.mouse.up()
    expect(editor.get_by_role("button", name="Undo")).to_be_enabled()
    assert saved_draft(editor, stack)["ui"]["positions"]["s0"][1] > 40
    assert looking.faults_of_wires(editor) == []
    editor.keyboard.press("Control+z")
    first.click(position={"x": 60, "y": 14})
    editor.keyboard.press("Control+c")
    editor.keyboard.press("Control+v")
    assert len(saved_draft(editor, stack)["steps"]) == COUNT + 1
    editor.keyboard.press("Control+z")
    assert [step["id"] for step in saved_draft(editor, stack)["steps"]] == [step["id"] for step in STEPS]

    # Found by its name, far out of sight.
    editor.keyboard.press("Escape")
    editor.keyboard.press("Control+f")
    expect(editor.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    editor.keyboard.type("Step 287")
    editor.keyboard.press("Enter")
    far = node(editor, "Step 287")
    expect(far).to_be_in_viewport()

    # Into a container by key, closed and opened again.
    editor.keyboard.press("Control+g")
    group = node(editor, "Group")
    expect(group).to_be_visible()
    editor.keyboard.press("Shift+Alt+g")
    expect(far).to_have_count(0)
    editor.keyboard.press("Alt+g")
    expect(far).to_be_visible()

    # Laid out by key; every step stays, and its wires end at its handles.
    view = editor.locator(".react-flow__viewport")
    before = view.get_attribute("style") or ""
    editor.keyboard.press("Shift+Alt+t")
    expect(view).not_to_have_attribute("style", before)  # seen as a whole, once it is laid out
    laid = saved_draft(editor, stack)
    assert len(laid["steps"]) == COUNT + 1
    assert laid["ui"]["positions"]["s20"] != PLACES["s20"]
    assert looking.faults_of_wires(editor) == []

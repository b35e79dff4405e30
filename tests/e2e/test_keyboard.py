"""One person without a mouse: draws, connects, publishes and runs a workflow, and hears how the job goes."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import make_owner, sign_in
from tests.stack import Stack


def press_until(page: Page, key: str, target: Locator) -> None:
    """Presses Tab, or Shift+Tab, until the wanted thing has the focus."""
    for _ in range(120):
        page.keyboard.press(key)
        if target.count() and target.first.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{key} never reached {target}")


def item(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=re.compile(name))


def add_step(page: Page, label: str) -> None:
    """N, its name, Enter; then back to the outline, where it is chosen."""
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Search steps")).to_be_focused()
    page.keyboard.type(label)
    page.keyboard.press("Enter")
    expect(item(page, f"^{label}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(item(page, f"^{label}")).to_be_focused()


def test_draw_connect_publish_and_run_by_keyboard_alone(page: Page, stack: Stack) -> None:
    sign_in(page, make_owner(stack))
    page.goto("/workflows")
    press_until(page, "Tab", page.get_by_role("button", name="New workflow"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Workflow name")).to_have_value("By keyboard")

    page.keyboard.press("Alt+o")
    expect(page.get_by_role("region", name="Outline of the workflow")).to_be_visible()
    add_step(page, "Transform")
    give_a_value(page, "Transform", "6 * 7")
    page.keyboard.press("Escape")  # nothing is chosen: the next step stands by itself
    add_step(page, "Output")
    expect(item(page, "^Output")).to_contain_text("at the start")
    give_a_value(page, "Output", "21 * 2")
    page.keyboard.press("Home")
    expect(item(page, "^Transform")).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_role("dialog").get_by_role("button", name=re.compile("Output"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(item(page, "^Output")).to_contain_text("after Transform")

    publish(page)
    run(page)
    compare_and_restore(page)
    join_with_somebody_elses_change(page, stack)
    use_a_template(page)


def give_a_value(page: Page, step: str, expression: str) -> None:
    """Enter leads into the settings of the step, Shift+Tab back to the outline."""
    page.keyboard.press("Enter")
    press_until(page, "Tab", page.get_by_role("button", name="Add to values"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Values: name 1")).to_be_focused()
    page.keyboard.type("answer")
    press_until(page, "Tab", page.get_by_role("textbox", name=re.compile("^Values: value of")))
    page.keyboard.type(expression)
    press_until(page, "Shift+Tab", item(page, f"^{step}"))


def publish(page: Page) -> None:
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(item(page, "^Transform")).to_be_focused()  # the dialog gave the focus back
    page.keyboard.press("Shift+p")
    confirm = page.get_by_role("dialog").get_by_role("button", name="Publish")
    expect(confirm).to_be_enabled()
    press_until(page, "Tab", confirm)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Published")).to_be_visible()


def run(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    press_until(page, "Tab", page.get_by_role("dialog").get_by_role("button", name="Run"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Job of By keyboard: Succeeded")).to_be_attached()
    expect(item(page, "^Transform")).to_contain_text("Succeeded")
    expect(item(page, "^Output")).to_contain_text("Succeeded")


def compare_and_restore(page: Page) -> None:
    """A draft that has changed is compared with the published version, and then goes back to it."""
    expect(item(page, "^Transform")).to_be_focused()
    page.keyboard.press("d")
    expect(item(page, "^Transform")).to_contain_text("disabled")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.keyboard.press("Alt+h")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("region", name="Transform")).to_contain_text("enabled")
    press_until(page, "Tab", dialog.get_by_role("radio", name="What changed since"))
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_text("enabled").first).to_be_visible()
    press_until(page, "Tab", dialog.get_by_role("button", name="Make it the draft"))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(item(page, "^Transform")).not_to_contain_text("disabled")


def join_with_somebody_elses_change(page: Page, stack: Stack) -> None:
    """Both changed the name: one is chosen with the arrows."""
    address = f"/api/workflows/{page.url.split('/workflows/')[1].split('?')[0]}/"
    with stack.client() as api:
        theirs = api.get(address).json()
        body = {"definition": {**theirs["definition"], "name": "Theirs"}, "draft_revision": theirs["draft_revision"]}
        api.patch(address, json={**body, "name": "Theirs"}).raise_for_status()
    press_until(page, "Shift+Tab", page.get_by_role("textbox", name="Workflow name"))
    page.keyboard.press("Control+a")
    page.keyboard.type("Mine")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else")
    press_until(page, "Tab", dialog.get_by_role("radio", name="Yours"))
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("radio", name="Theirs")).to_be_checked()
    press_until(page, "Tab", dialog.get_by_role("button", name="Go on with these"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Workflow name")).to_have_value("Theirs")


def use_a_template(page: Page) -> None:
    """A template asks, and what is answered is in the new workflow."""
    page.goto("/templates")
    template = page.get_by_role("button", name=re.compile("^Use ETL"))
    expect(template).to_be_visible()
    press_until(page, "Tab", template)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name of the source")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("shop")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Workflow name")).to_have_value("ETL shop")

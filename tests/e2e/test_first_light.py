"""One person, one mouse: from the first visit to a webhook's job that succeeds on the canvas."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e import looking
from tests.e2e.sample import pictures
from tests.stack import Stack

PHONE: ViewportSize = {"width": 390, "height": 844}
CODE = 'total = sum(line["price"] * line["count"] for line in webhook_payload["lines"])\nreturn {"total": total}'
ORDER = {"lines": [{"price": 10.5, "count": 2}, {"price": 100, "count": 1}]}


@pytest.fixture
def moving() -> bool:
    """Dialogs and panels move in, as for most people."""
    return True


def sign_up(page: Page) -> None:
    """The first-run page: the first visitor becomes the owner."""
    page.goto("/")
    look_at_the_first_page(page)
    page.get_by_role("textbox", name="Organisation").fill("Acme")
    page.get_by_role("textbox", name="Your name").fill("Alice")
    page.get_by_role("textbox", name="E-mail").fill("alice@example.com")
    page.get_by_role("textbox", name="Password", exact=True).fill("sunny violin harbour 7")
    page.get_by_role("textbox", name="Password, once more").fill("sunny violin harbour 7")
    page.get_by_role("button", name="Create and sign in").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()


def look_at_the_first_page(page: Page) -> None:
    """In light, in dark and on a phone: this page is there only once."""
    expect(page.get_by_role("heading", name="Set up Stepgraph")).to_be_visible()
    usual = page.viewport_size
    assert usual is not None
    for look, scheme, size in (("light", "light", usual), ("dark", "dark", usual), ("phone", "light", PHONE)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size(size)
        page.screenshot(path=pictures() / f"{look}-setup.png")
        assert [*looking.faults_of_layout(page), *looking.faults_of_access(page)] == []
    page.set_viewport_size(usual)


def new_workflow(page: Page, name: str) -> None:
    page.get_by_role("link", name="Workflows", exact=True).click()
    page.get_by_role("button", name="New workflow").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill(name)
    dialog.get_by_role("button", name=re.compile("Create")).click()
    expect(page.get_by_role("textbox", name="Workflow name")).to_have_value(name)


def drag_step(page: Page, label: str, *, x: float, y: float) -> None:
    """Drags a step type from the palette to a place on the canvas, given as shares of its size."""
    canvas = page.locator(".react-flow").bounding_box()
    assert canvas is not None
    source = page.get_by_role("button", name=f"Add {label} step").bounding_box()
    assert source is not None
    page.mouse.move(source["x"] + source["width"] / 2, source["y"] + source["height"] / 2)
    page.mouse.down()
    page.mouse.move(canvas["x"] + canvas["width"] * x, canvas["y"] + canvas["height"] * y, steps=12)
    page.mouse.up()
    expect(step(page, label)).to_be_visible()


def connect(page: Page, output: str, target: str) -> None:
    """Drags a wire from an output handle to an input handle."""
    start = center(page.get_by_role("button", name=output, exact=True))
    end = center(page.get_by_role("button", name=target, exact=True))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=6)
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def center(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def select(page: Page, label: str) -> None:
    step(page, label).click(position={"x": 60, "y": 14})
    expect(page.get_by_role("tab", name="Settings")).to_be_visible()


def step(page: Page, label: str, state: str = "") -> Locator:
    """A step's node on the canvas, in a state that its name tells."""
    return page.get_by_role("group", name=re.compile(f"^{label} step: .*{state}"))


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_draw_publish_and_see_a_webhooks_job_succeed(page: Page, stack: Stack) -> None:
    sign_up(page)
    new_workflow(page, "Orders")
    draw_order_flow(page)
    saved(page)
    expect(page.get_by_role("button", name="1 warning", exact=True)).to_be_visible()  # nothing follows “false”

    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("button", name="Published")).to_be_visible()
    hook = add_webhook(page)

    answer = httpx.post(stack.url + hook, json=ORDER, timeout=60)

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"total": 121.0}
    for label in ("Script", "Condition", "Output"):
        expect(step(page, label, "status success")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("region", name="Shown job")).to_contain_text("Succeeded")
    select(page, "Script")
    page.get_by_role("tab", name="Output").click()
    expect(page.get_by_role("region", name="Output")).to_contain_text("total: 121")
    undo_and_redo(page)
    run_with_a_wrong_input(page)
    somebody_else_saves(page)
    go_back_to_a_version(page)
    use_a_template(page)


def draw_order_flow(page: Page) -> None:
    """Three steps with the mouse: a script, a condition on its result, an output."""
    drag_step(page, "Script", x=0.16, y=0.25)
    drag_step(page, "Condition", x=0.52, y=0.5)
    drag_step(page, "Output", x=0.8, y=0.75)
    connect(page, "Output next of Script", "Input of Condition")
    connect(page, "Output true of Condition", "Input of Output")

    select(page, "Script")
    page.get_by_role("textbox", name="Code").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(CODE)
    select(page, "Condition")
    page.get_by_role("textbox", name="Expression").first.fill("script.totl >")
    expect(step(page, "Condition", "1 problem")).to_be_visible()  # marked on the canvas while it is wrong
    page.get_by_role("textbox", name="Expression").first.fill("script.total > 100")
    select(page, "Output")
    page.get_by_role("button", name="Add to values").click()
    page.get_by_role("textbox", name="Values: name 1").fill("total")
    page.get_by_role("textbox", name=re.compile("^Values: value of")).fill("script.total")
    page.keyboard.press("Escape")


def add_webhook(page: Page) -> str:
    """The path of a new webhook's address, as the panel shows it."""
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 40})
    page.get_by_role("tab", name="Triggers").click()
    page.get_by_role("button", name="Add webhook").click()
    address = page.get_by_text(re.compile(r"/hooks/\S+")).first
    expect(address).to_be_visible()
    found = re.search(r"/hooks/[^/\s]+/", address.inner_text())
    assert found is not None
    return found.group()


def undo_and_redo(page: Page) -> None:
    """A deleted step comes back with its wires."""
    select(page, "Output")
    page.keyboard.press("Delete")
    expect(step(page, "Output")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(step(page, "Output")).to_be_visible()
    expect(page.get_by_label("Wire from Condition (true) to Output")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(step(page, "Output")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(step(page, "Output")).to_be_visible()
    saved(page)


def run_with_a_wrong_input(page: Page) -> None:
    """The run dialog starts the draft; its failure is explained, with the step and the user's own line."""
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text('{"webhook_payload": {"lines": [{"price": 3}]}}')
    dialog.get_by_role("button", name="Run").click()
    expect(step(page, "Script", "status failed")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("region", name="Shown job")).to_contain_text("KeyError")
    page.get_by_role("button", name="Go to step").click()
    expect(page.get_by_role("complementary", name="Step panel")).to_contain_text("KeyError")


def somebody_else_saves(page: Page) -> None:
    """Two editors of one draft: where both changed the same place, the second one to save chooses."""
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("textbox", name="Workflow name").fill("Orders of theirs")
    other.keyboard.press("Enter")
    saved(other)
    other.close()
    page.get_by_role("textbox", name="Workflow name").fill("Orders of mine")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else")
    expect(dialog).to_contain_text("Orders of theirs")
    dialog.get_by_role("button", name="Go on with these").click()
    saved(page)
    expect(page.get_by_role("textbox", name="Workflow name")).to_have_value("Orders of mine")


def go_back_to_a_version(page: Page) -> None:
    """What changed since a version is seen, and the version becomes the draft again."""
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Versions").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Orders of mine")
    dialog.get_by_text("Side by side").click()
    dialog.get_by_role("button", name="Make it the draft").click()
    expect(page.get_by_role("textbox", name="Workflow name")).to_have_value("Orders")
    saved(page)


def use_a_template(page: Page) -> None:
    """A template asks, and what is answered is in the new workflow."""
    page.get_by_role("link", name="Templates").click()
    page.get_by_role("button", name=re.compile("^Use ETL")).click()
    page.get_by_role("textbox", name="Name of the source").fill("shop")
    page.get_by_role("button", name="Create and open").click()
    expect(page.get_by_role("textbox", name="Workflow name")).to_have_value("ETL shop")


def test_the_pages_of_the_api_document(page: Page) -> None:
    page.goto("/api/docs/")

    expect(page.get_by_role("heading", name=re.compile("Stepgraph"))).to_be_visible()
    # The page draws what is in sight, and more as one scrolls.
    expect(page.get_by_text("/api/api-keys/{key_id}/")).to_be_visible(timeout=20_000)

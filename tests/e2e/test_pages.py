"""Every page of the console, full of data: light on a desktop, and dark on a phone, with every dialog opened there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import looking, sample
from tests.e2e.conftest import console_errors
from tests.e2e.people import OWNER, make_owner, sign_in
from tests.stack import Stack

DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
PAGES = {
    "start": "/start",
    "templates": "/templates",
    "workflows": "/workflows",
    "editor": "/workflows/{workflow}",
    "jobs": "/jobs",
    "job": "/jobs/{succeeded}",
    "job-failed": "/jobs/{failed}",
    "job-waiting": "/jobs/{waiting}",
    "approvals": "/approvals?show=all",
    "schedules": "/schedules",
    "calendar": "/schedules?view=calendar",
    "webhooks": "/webhooks",
    "forms": "/forms",
    "connectors": "/connectors",
    "secrets": "/secrets",
    "variables": "/variables",
    "insights": "/insights",
    "ai-usage": "/ai-usage",
    "members": "/members",
    "api-keys": "/api-keys",
    "hooks": "/hooks",
    "event-webhooks": "/event-webhooks",
    "settings": "/settings",
    "account": "/account",
    "sandboxes": "/sandboxes",
    "system": "/system",
    "not-found": "/nowhere",
}

# The dialogs of a page, each with the button that opens it; the editor's have keys.
DIALOGS = {
    "workflows": ("New workflow", "Import"),
    "schedules": ("New schedule",),
    "webhooks": ("New webhook",),
    "forms": ("New form",),
    "connectors": ("New connector",),
    "secrets": ("New secret",),
    "variables": ("New variable",),
    "ai-usage": ("New budget",),
    "members": ("Invite somebody",),
    "api-keys": ("New key",),
    "hooks": ("New hook",),
    "event-webhooks": ("New event webhook",),
    "settings": ("Of one workflow",),
}
# The ones behind the menu of a row.
MENUS = {
    "schedules": ("What became of its times", "Back-fill a range"),
    "webhooks": ("Show address and command", "Calls", "Test address"),
}
KEYS = {"run": "Control+Enter", "publish": "Shift+p", "versions": "Alt+h", "commands": "Control+k", "shortcuts": "?"}


@dataclass
class Visit:
    """A window, and what went wrong in it so far."""

    page: Page
    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def made(stack: Stack) -> dict[str, str]:
    """The sample data, and somebody who may see it."""
    make_owner(stack)
    return sample.fill(stack)


@pytest.fixture(params=["desktop", "phone"])
def visit(chromium: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A window of the wanted kind that notes errors and requests to other hosts.

    Room and colours have nothing to do with each other, so that two visits see both sizes and both schemes. To change
    the scheme of an open page costs the browser half a second each time.
    """
    context = chromium.new_context(
        base_url=stack.url,
        viewport=PHONE if request.param == "phone" else DESKTOP,
        color_scheme="dark" if request.param == "phone" else "light",
        has_touch=request.param == "phone",
        reduced_motion="reduce",
    )
    visit = Visit(context.new_page())
    visit.problems = console_errors(visit.page)
    visit.page.on("request", lambda asked: None if asked.url.startswith((stack.url, "data:", "blob:"))
                  else visit.problems.append(f"asked another host: {asked.url}"))  # fmt: skip
    yield visit
    context.close()


def open_page(page: Page, path: str) -> None:
    """Goes there inside the console, as a link does."""
    page.evaluate("path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }", path)
    expect(page.locator("#content")).not_to_be_empty()


def settle(page: Page) -> None:
    """Until the page has its heading and nothing has been on its way for some frames: a busy machine draws fewer."""
    page.evaluate("window.stillFrames = 0")
    page.wait_for_function(_STILL, polling="raf", timeout=20_000)
    expect(page.locator(".mantine-Skeleton-root").first).not_to_be_visible()  # a list that is asked for once more


_STILL = """() => {
  const busy = document.querySelector('[aria-busy=true], .mantine-Skeleton-root, .mantine-Loader-root');
  window.stillFrames = busy || !document.querySelector('h1') ? 0 : window.stillFrames + 1;
  return window.stillFrames > 12;
}"""


@pytest.mark.timeout(420)  # many pages and dialogs: on a busy machine that takes long
def test_every_page_is_sound(visit: Visit, stack: Stack, made: dict[str, str], request: pytest.FixtureRequest) -> None:
    page, look = visit.page, request.node.callspec.params["visit"]
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    faults = faults_of_page(page, "sign-in", look=look)
    page.goto(made["invitation"])
    expect(page.get_by_role("heading", name="Join")).to_be_visible()
    faults += faults_of_page(page, "invitation", look=look)
    sign_in(page, OWNER)
    for name, path in PAGES.items():
        open_page(page, path.format(**made))
        settle(page)
        faults += faults_of_page(page, name, look=look)
        if look == "phone":  # where they have the least room
            faults += faults_of_dialogs(page, name)
        if look == "phone" and name == "editor":
            faults += faults_of_conflict(page, stack, made["workflow"])
        faults += [f"{name}: {problem}" for problem in visit.problems]
        visit.problems.clear()

    assert faults == []


def faults_of_page(page: Page, name: str, *, look: str) -> list[str]:
    """What is wrong with a page."""
    return [f"{name}: {fault}" for fault in faults_of(page, f"{look}-{name}")]


def faults_of_dialogs(page: Page, name: str) -> Iterator[str]:
    """What is wrong with the dialogs of a page; each is opened and closed again."""
    dialog = page.get_by_role("dialog")
    for opener in KEYS if name == "editor" else (*DIALOGS.get(name, ()), *MENUS.get(name, ())):
        if name == "editor":
            page.keyboard.press(KEYS[opener])
        elif opener in MENUS.get(name, ()):
            page.get_by_role("button", name=re.compile("^Actions of .*Nightly order export")).click()
            page.get_by_role("menuitem", name=opener).click()
        else:
            page.get_by_role("main").get_by_role("button", name=opener, exact=True).first.click()
        expect(dialog).to_be_visible()
        use(dialog, opener)
        yield from (f"{name}, {opener}: {fault}" for fault in faults_of_dialog(page, f"{name}-{opener}"))
        page.keyboard.press("Escape")  # of the list that some field has open
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def use(dialog: Locator, opener: str) -> None:
    """As far as there is more to see then."""
    if opener == "Back-fill a range":
        dialog.get_by_label("From").fill("2026-01-05T00:00")
        dialog.get_by_label("Until").fill("2026-01-09T00:00")
        dialog.get_by_role("button", name="See how many").click()
        expect(dialog.get_by_text("are due in this range")).to_be_visible()
    if opener == "Test address":
        address = dialog.get_by_text(re.compile("/hooks/")).first.inner_text()
        dialog.page.request.post(address, data={"order": 17, "note": "To be left with the neighbours at number 4"})
        expect(dialog.get_by_role("button", name="Use as sample data")).to_be_visible()


def faults_of_dialog(page: Page, name: str) -> list[str]:
    """What is wrong with the open dialog, once what it shows has come."""
    settle(page)
    return faults_of(page, f"phone-{name.lower().replace(' ', '-')}", within="[role=dialog]")


def faults_of_conflict(page: Page, stack: Stack, workflow: str) -> Iterator[str]:
    """What is wrong with the question that comes when two people have changed the same place."""
    address, dialog = f"/api/workflows/{workflow}/", page.get_by_role("dialog")
    with stack.client() as api:
        found = api.get(address).json()
        theirs = {**found["definition"], "name": "Document intake of the whole northern region"}
        body = {"definition": theirs, "draft_revision": found["draft_revision"]}
        api.patch(address, json=body).raise_for_status()
    page.get_by_role("textbox", name="Workflow name").fill("Document intake, tried out by me")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Somebody else")
    yield from (f"editor, conflict: {fault}" for fault in faults_of_dialog(page, "editor-conflict"))
    dialog.get_by_role("button", name="Take theirs everywhere").click()
    expect(dialog).to_have_count(0)


def faults_of(page: Page, picture: str, *, within: str = "") -> list[str]:
    """What is wrong with the page as it stands, or with a part of it; leaves a picture for people."""
    page.screenshot(path=sample.pictures() / f"{picture}.png")
    seen = [*looking.faults_of_layout(page), *looking.faults_of_wires(page)]
    return [*seen, *looking.faults_of_access(page, within=within)]

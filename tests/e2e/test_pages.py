"""Every page of the console, full of data: light and dark on a desktop, and on a phone, with every dialog opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import looking, sample
from tests.e2e.conftest import console_errors
from tests.e2e.people import make_owner, sign_in
from tests.stack import Stack

EMAIL = "alice@example.com"
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
Scheme = Literal["light", "dark"]
WORN = "document.documentElement.dataset.mantineColorScheme"
KEYS = {"run": "Control+Enter", "publish": "Shift+p", "versions": "Alt+h", "commands": "Control+k", "shortcuts": "?"}


@dataclass
class Visit:
    """A window, and what went wrong in it so far."""

    page: Page
    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def made(stack: Stack) -> dict[str, str]:
    """The sample data, and somebody who may see it."""
    make_owner(stack, EMAIL)
    return sample.fill(stack)


@pytest.fixture(params=["desktop", "phone"])
def visit(chromium: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A window of the wanted kind that notes errors and requests to other hosts."""
    context = chromium.new_context(
        base_url=stack.url,
        viewport=PHONE if request.param == "phone" else DESKTOP,
        color_scheme="light",
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
def test_every_page_is_sound(visit: Visit, made: dict[str, str], request: pytest.FixtureRequest) -> None:
    page, look = visit.page, request.node.callspec.params["visit"]
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    faults = faults_of_page(page, "sign-in", look=look)
    page.goto(made["invitation"])
    expect(page.get_by_role("heading", name="Join")).to_be_visible()
    faults += faults_of_page(page, "invitation", look=look)
    sign_in(page, EMAIL)
    for name, path in PAGES.items():
        open_page(page, path.format(**made))
        settle(page)
        faults += faults_of_page(page, name, look=look)
        if look == "phone":  # where they have the least room
            faults += faults_of_dialogs(page, name)
        faults += [f"{name}: {problem}" for problem in visit.problems]
        visit.problems.clear()

    assert faults == []


def faults_of_page(page: Page, name: str, *, look: str) -> list[str]:
    """What is wrong with a page; a desktop shows it in dark, too, without another visit."""
    if look == "phone":
        wear(page, "light")
        return [f"{name}: {fault}" for fault in faults_of(page, f"phone-{name}")]
    return [f"{name}, {scheme}: {fault}" for scheme in both(page) for fault in faults_of(page, f"{scheme}-{name}")]


def both(page: Page) -> Iterator[Scheme]:
    """Light and dark, what it wears first: the browser works a second for each change."""
    worn = page.evaluate(WORN)
    yield worn
    other: Scheme = "light" if worn == "dark" else "dark"
    wear(page, other)
    yield other


def wear(page: Page, scheme: Scheme) -> None:
    """Changes what the computer asks for, until the page is drawn so."""
    if page.evaluate(WORN) == scheme:
        return
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(f"scheme => {WORN} === scheme", arg=scheme)
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def faults_of_dialogs(page: Page, name: str) -> Iterator[str]:
    """What is wrong with the dialogs of a page, in light and in dark; each is opened and closed again."""
    dialog = page.get_by_role("dialog")
    for opener in KEYS if name == "editor" else DIALOGS.get(name, ()):
        if name == "editor":
            page.keyboard.press(KEYS[opener])
        else:
            page.get_by_role("main").get_by_role("button", name=opener, exact=True).first.click()
        expect(dialog).to_be_visible()
        settle(page)
        picture = f"phone-{name}-{opener.lower().replace(' ', '-')}"
        for scheme in both(page):
            found = faults_of(page, f"{scheme}-{picture}", within="[role=dialog]")
            yield from (f"{name}, {opener}, {scheme}: {fault}" for fault in found)
        page.keyboard.press("Escape")  # of the list that some field has open
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def faults_of(page: Page, picture: str, *, within: str = "") -> list[str]:
    """What is wrong with the page as it stands, or with a part of it; leaves a picture for people."""
    page.screenshot(path=sample.pictures() / f"{picture}.png")
    rules = ["color-contrast"] if picture.startswith("dark") else None  # the rest is the same in both schemes
    seen = [*looking.faults_of_layout(page), *looking.faults_of_wires(page)]
    return [*seen, *looking.faults_of_access(page, rules=rules, within=within)]

"""Every page of the console, full of data, in light, in dark and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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


@pytest.fixture(params=["light", "dark", "phone"])
def visit(chromium: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A window of the wanted kind that notes errors and requests to other hosts."""
    context = chromium.new_context(
        base_url=stack.url,
        viewport=PHONE if request.param == "phone" else DESKTOP,
        color_scheme="dark" if request.param == "dark" else "light",
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


@pytest.mark.timeout(300)  # many pages: on a busy machine that takes long
def test_every_page_is_sound(visit: Visit, made: dict[str, str], request: pytest.FixtureRequest) -> None:
    page, look = visit.page, request.node.callspec.params["visit"]
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    faults = [f"sign-in: {fault}" for fault in faults_of(page, f"{look}-sign-in")]
    page.goto(made["invitation"])
    expect(page.get_by_role("heading", name="Join")).to_be_visible()
    faults += [f"invitation: {fault}" for fault in faults_of(page, f"{look}-invitation")]
    sign_in(page, EMAIL)
    for name, path in PAGES.items():
        open_page(page, path.format(**made))
        settle(page)
        faults += [f"{name}: {fault}" for fault in faults_of(page, f"{look}-{name}")]
        faults += [f"{name}: {problem}" for problem in visit.problems]
        visit.problems.clear()

    assert faults == []


def faults_of(page: Page, picture: str, *, within: str = "") -> list[str]:
    """What is wrong with the page as it stands, or with a part of it; leaves a picture for people."""
    page.screenshot(path=sample.pictures() / f"{picture}.png")
    rules = ["color-contrast"] if picture.startswith("dark") else None  # the rest is the same in both schemes
    seen = [*looking.faults_of_layout(page), *looking.faults_of_wires(page)]
    return [*seen, *looking.faults_of_access(page, rules=rules, within=within)]

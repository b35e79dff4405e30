"""A browser in front of a running installation that nobody has used yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.requirements import browser, need
from tests.stack import ROOT, Stack, running_stack

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    # Distributions switch on what a machine without a graphics card then computes: a fifth of all that a page takes.
    "--disable-gpu-rasterization", "--disable-software-rasterizer", "--disable-extensions",
]  # fmt: skip
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first of them also waits for the installation to start, and all for a browser: more time than others have."""
    for item in items:
        if Path(__file__).parent in item.path.parents and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product with its built editor."""
    built = (ROOT / "frontend" / "dist" / "index.html").exists()
    need("browser", available=built, reason="the editor is not built; run `make test` or scripts/setup.py")
    with running_stack(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium."""
    path = browser()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(path), args=FLAGS)
        yield launched
        launched.close()


# What a test does on purpose, and a browser writes into its console whatever the page makes of it.
_EXPECTED = re.compile(r"status of 409 \(Conflict\)|status of 400 \(Bad Request\) \(\S+/execute/\)")


def console_errors(page: Page) -> list[str]:
    """What goes wrong on a page from now on: uncaught errors, and errors written to the console."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(_told(said)) if _is_fault(said) else None)
    return errors


def _is_fault(said: ConsoleMessage) -> bool:
    return said.type == "error" and not _EXPECTED.search(_told(said))


def _told(said: ConsoleMessage) -> str:
    return f"{said.text} ({said.location.get('url', '')})"


@pytest.fixture
def moving() -> bool:
    """What moves is drawn many times: most tests see the pages as those who asked for less motion; some override it."""
    return False


@pytest.fixture
def page(chromium: Browser, stack: Stack, moving: bool, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails the test on any error in its console, and leaves a picture when the test fails."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900},
        base_url=stack.url,
        reduced_motion="no-preference" if moving else "reduce",
    )
    opened = context.new_page()
    errors = console_errors(opened)
    yield opened
    pictures = Path(ROOT / "var" / "test-pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    opened.screenshot(path=pictures / f"{re.sub(r'[^a-z0-9_]', '-', request.node.name)}.png")
    context.close()
    assert errors == []

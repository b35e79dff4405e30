"""The picture of each main screen, with a month of use in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

from scripts.small_images import save
from tests.e2e.test_pages import settle

_MOST_BYTES = 60_000
_WIDEST = 1280
_SCREENS = {
    "start": "/start",
    "templates": "/templates",
    "workflows": "/workflows",
    "editor": "/workflows/{workflow}",
    "jobs": "/jobs",
    "job": "/jobs/{succeeded}",
    "job-failed": "/jobs/{failed}",
    "approvals": "/approvals?show=all",
    "schedules": "/schedules",
    "webhooks": "/webhooks",
    "forms": "/forms",
    "connectors": "/connectors",
    "insights": "/insights",
    "ai-usage": "/ai-usage",
    "system": "/system",
}


def make(page: Page, made: Mapping[str, str], folder: Path) -> list[Path]:
    """One file for each."""
    page.set_viewport_size({"width": 1280, "height": 860})
    paths = []
    for name, address in _SCREENS.items():
        page.goto(address.format(**made))
        page.wait_for_load_state("networkidle")
        settle(page)
        path = folder / f"{name}.png"
        save(page.screenshot(animations="disabled"), path, widest=_WIDEST, most_bytes=_MOST_BYTES)
        paths.append(path)
    return paths

"""What a machine may lack: a test is skipped with the reason, or fails where STEPGRAPH_REQUIRE names it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def need(service: str, *, available: bool, reason: str) -> None:
    """Goes on when the service is there; otherwise skips, or fails if it is required."""
    if available:
        return
    if service in os.environ.get("STEPGRAPH_REQUIRE", "").split(","):
        pytest.fail(f"{service} is required (STEPGRAPH_REQUIRE) and missing: {reason}")
    pytest.skip(f"{service}: {reason}")


def find_browser() -> str:
    """Where the machine's Chromium is; empty if it has none."""
    named = os.environ.get("STEPGRAPH_CHROMIUM", "")
    return named or next((path for path in map(shutil.which, BROWSERS) if path), "")


def browser() -> Path:
    """The machine's Chromium."""
    found = find_browser()
    need("browser", available=bool(found), reason="no Chromium found; install it or name it in STEPGRAPH_CHROMIUM")
    return Path(found)

"""Logs keep secrets to themselves and cannot be forged from outside. A process of its own has its own log."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, structlog
from backend.common.logging import configure
configure({"format": "%s"})
log = structlog.get_logger("test")
log.warning("signed_in", name="eve\\nforged entry\\x1b[31m")
log.warning("called", password="hunter2", headers={"Authorization": "Bearer hunter2"}, step="fetch")
logging.getLogger("some.library").warning("went %%s", "wrong\\r\\nforged entry")
try:
    raise ValueError("first\\nforged entry")
except ValueError:
    log.exception("failed")
"""


@pytest.fixture(scope="module", params=["text", "json"])
def lines(request: pytest.FixtureRequest) -> list[str]:
    """What a process logs."""
    command = [sys.executable, "-c", PROGRAM % request.param]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()


def test_an_entry_is_one_line_and_cannot_be_forged(lines: list[str]) -> None:
    assert [len([line for line in lines if word in line]) for word in ("signed_in", "went wrong")] == [1, 1]
    assert not [line for line in lines if line.startswith("forged")]
    assert "\x1b" not in "".join(lines)


def test_secrets_are_hidden_at_any_depth(lines: list[str]) -> None:
    called = next(line for line in lines if "called" in line)

    assert "hunter2" not in called
    assert "fetch" in called


def test_a_trace_is_kept(lines: list[str]) -> None:
    assert "ValueError: first" in "".join(lines)


def test_json_lines_are_json() -> None:
    command = [sys.executable, "-c", PROGRAM % "json"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stderr

    entries = [json.loads(line) for line in output.splitlines()]

    assert [entry["event"] for entry in entries] == ["signed_in", "called", "went wrong\\r\\nforged entry", "failed"]
    assert {entry["level"] for entry in entries} == {"warning", "error"}

"""Scripts that misbehave end as failed, in time and with the true reason; the worker lives on."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.acceptance.helpers import create, ended, execute, script

FORK = "import os, time\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        time.sleep(0.01)"
IGNORING = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass"
LIMIT = 2


@pytest.mark.parametrize(
    ("language", "code", "reason"),
    [
        ("python", IGNORING, "timeout"),
        ("bash", "yes", "output_limit"),
        ("python", FORK, "process_limit"),
        ("bash", ":(){ :|:& };:", "process_limit"),
        ("python", "x = []\nwhile True: x.append(bytearray(10_000_000))", "out_of_memory"),
        ("python", "raise SystemExit(3)", "exit_code"),
    ],
)
def test_hostile_scripts(api: httpx.Client, language: str, code: str, reason: str) -> None:
    """One for each reason, and one for each way to get past a count; what else they try is in tests/sandboxes."""
    workflow = create(api, script("bad", code, language, timeout=LIMIT))
    started = time.monotonic()

    job = ended(api, execute(api, workflow))

    took = time.monotonic() - started
    assert job["status"] == "FAILED"
    assert job["error"]["type"] == reason, job["error"]
    assert job["error"]["step"] == "bad"
    assert job["duration"] < LIMIT + 3, f"took {took:.1f} s"


def test_after_them_the_next_script_runs_as_ever(api: httpx.Client) -> None:
    good = ended(api, execute(api, create(api, script("good", "return 1"))))

    assert good["status"] == "SUCCESS"


def test_the_users_own_line_is_named(api: httpx.Client) -> None:
    job = ended(api, execute(api, create(api, script("bad", "a = 1\nb = 2\nreturn a / (b - 2)"))))

    assert job["error"]["line"] == 3
    assert "ZeroDivisionError" in job["error"]["message"]

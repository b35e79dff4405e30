"""Scripts that misbehave end as failed, in time and with the true reason; the worker lives on."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.acceptance.helpers import create, ended, execute, script

FORK = "import os, time\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        time.sleep(0.01)"
LIMIT = 4


@pytest.mark.parametrize(
    ("language", "code", "reason"),
    [
        ("python", "import time\ntime.sleep(60)", "timeout"),
        ("python", "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass", "timeout"),
        ("javascript", "while (true) {}", "timeout"),
        ("bash", "sleep 60", "timeout"),
        ("python", "while True: print('x' * 1000)", "output_limit"),
        ("bash", "yes", "output_limit"),
        ("python", FORK, "process_limit"),
        ("python", "import os\nwhile True: os.fork()", "process_limit"),
        ("bash", ":(){ :|:& };:", "process_limit"),
        ("bash", ":(){ :|:& };: ; wait", "process_limit"),
        ("python", "x = []\nwhile True: x.append(bytearray(10_000_000))", "out_of_memory"),
        ("python", "raise SystemExit(3)", "exit_code"),
    ],
)
def test_hostile_scripts(api: httpx.Client, language: str, code: str, reason: str) -> None:
    workflow = create(api, script("bad", code, language, timeout=LIMIT))
    started = time.monotonic()

    job = ended(api, execute(api, workflow))

    took = time.monotonic() - started
    assert job["status"] == "FAILED"
    assert job["error"]["type"] == reason, job["error"]
    assert job["error"]["step"] == "bad"
    assert job["duration"] < LIMIT + 2, f"took {took:.1f} s"
    good = ended(api, execute(api, create(api, script("good", "return 1"))))
    assert good["status"] == "SUCCESS"


def test_the_users_own_line_is_named(api: httpx.Client) -> None:
    job = ended(api, execute(api, create(api, script("bad", "a = 1\nb = 2\nreturn a / (b - 2)"))))

    assert job["error"]["line"] == 3
    assert "ZeroDivisionError" in job["error"]["message"]

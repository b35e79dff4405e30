"""Scripts that would never end, and what is left of them: nothing (C-39, C-41)."""

from __future__ import annotations

import time
from itertools import count

import httpx
import psutil

from tests.acceptance.connecting import finished, steps_of
from tests.acceptance.helpers import create, ended, execute, script

_GONE_WITHIN = 10.0  # seconds
_numbers = count(731)
SLEEPERS = {
    "python": "import subprocess\nsubprocess.run(['sleep', '{}'])",
    "bash": "sleep {}",
    "javascript": "require('child_process').execSync('sleep {}')",
}


def sleeping(seconds: str) -> list[psutil.Process]:
    """The processes that sleep for this very time, in containers or without."""
    found = (process for process in psutil.process_iter(["cmdline"]) if seconds in (process.info["cmdline"] or []))
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


def is_gone(seconds: str) -> bool:
    deadline = time.monotonic() + _GONE_WITHIN
    while sleeping(seconds) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not sleeping(seconds)


def test_c41_a_script_whose_time_is_up_is_really_gone(api: httpx.Client) -> None:
    """All three at once: each waits for its own end anyway."""
    seconds = {language: f"{next(_numbers)}.25" for language in SLEEPERS}
    started = {
        language: execute(api, create(api, script("sleeper", code.format(seconds[language]), language, timeout=1.5)))
        for language, code in SLEEPERS.items()
    }

    jobs = {language: ended(api, job) for language, job in started.items()}

    assert {language: job["status"] for language, job in jobs.items()} == dict.fromkeys(SLEEPERS, "FAILED")
    steps = {language: steps_of(job)["sleeper"] for language, job in jobs.items()}
    found = {language: (step["error"]["type"], len(step["attempts"])) for language, step in steps.items()}
    assert found == dict.fromkeys(SLEEPERS, ("timeout", 1))
    assert [language for language, duration in seconds.items() if not is_gone(duration)] == []


def test_c39_the_time_limit_of_a_group_ends_its_scripts(api: httpx.Client) -> None:
    one, other = (f"{next(_numbers)}.25" for _ in range(2))
    sleepers = [
        script(name, SLEEPERS["python"].format(seconds), parent="both", timeout=600)
        for name, seconds in (("one", one), ("other", other))
    ]

    job = finished(api, {"id": "both", "type": "group", "timeout": 3}, *sleepers)

    steps = steps_of(job)
    assert (job["status"], steps["both"]["error"]["type"]) == ("FAILED", "timeout")
    assert (steps["one"]["status"], steps["other"]["status"]) == ("cancelled", "cancelled")
    assert is_gone(one)
    assert is_gone(other)

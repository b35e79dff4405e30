"""How the first process of a container for one script tells a fork bomb that hardly gets to run."""

from __future__ import annotations

import subprocess
from pathlib import Path

SOURCE = Path(__file__).parents[3] / "sandboxes" / "harness" / "supervisor.sh"
SLOW = 25  # hundredths of a second that a starved container needs for a look
TOKEN = "t"


def shown(folder: Path, look: int, *, alive: int, last: int) -> None:
    """What /proc and the control group say at one look: the first process, the supervisor, and one more."""
    at = folder / str(look)
    for number in (1, 2, alive):
        (at / str(number)).mkdir(parents=True)
    now = 100_000 + look * SLOW
    (at / "uptime").write_text(f"{now // 100}.{now % 100:02} 0\n")
    (at / "loadavg").write_text(f"0.00 0.00 0.00 1/2 {last}\n")
    (at / "pids.events").write_text(f"max {int(look >= 20)}\n")


def told(folder: Path) -> str:
    """The supervisor's last words over a script that ended well, where time passes by looks."""
    text = SOURCE.read_text()
    for real, staged in (
        ("kill -KILL -1", ":"),
        ("read -r now _", "step=$((step + 1)); read -r now _"),
        ("/proc/", f"{folder}/$step/"),
        ("/sys/fs/cgroup/", f"{folder}/$step/"),
    ):
        assert real in text, real
        text = text.replace(real, staged)
    assert "kill -" not in text  # or this computer would be empty
    command = ["/bin/sh", "-c", text, "supervisor", TOKEN, "64", "true"]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout


def test_a_bomb_that_hardly_gets_to_run_is_watched_until_it_is_refused(tmp_path: Path) -> None:
    for look in range(60):
        shown(tmp_path, look, alive=10 + look, last=10 + look)

    assert told(tmp_path) == f"\x1esg-end:{TOKEN} 0 1 0\n"


def test_a_bomb_of_whom_the_same_is_seen_each_time_is_known_by_its_births(tmp_path: Path) -> None:
    for look in range(60):
        shown(tmp_path, look, alive=10, last=11 + look)

    assert told(tmp_path) == f"\x1esg-end:{TOKEN} 0 1 0\n"

"""The supervisor with real children: started again when they die, ended with all that they started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from workers.processes.supervisor import Program, Supervisor

SLEEP = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}, sys.argv[1]]); {SLEEP}"


def program(code: str, file: Path) -> Program:
    return Program("child", [sys.executable, "-c", code, str(file)])


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    """Within a moment: a killed process that nobody waits for is taken away by the system."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    async def story() -> None:
        supervisor = Supervisor()
        supervisor.start(program(SLEEP, tmp_path / "pids"))
        await until(lambda: len(pids(tmp_path / "pids")) == 1)
        os.kill(pids(tmp_path / "pids")[0], signal.SIGKILL)
        await until(lambda: len(pids(tmp_path / "pids")) == 2)
        await supervisor.stop()

    asyncio.run(story())

    assert all(gone(pid) for pid in pids(tmp_path / "pids"))


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    async def story() -> None:
        supervisor = Supervisor()
        supervisor.start(program(PARENT, tmp_path / "pids"))
        await until(lambda: len(pids(tmp_path / "pids")) == 2)
        await supervisor.stop()

    asyncio.run(story())

    assert all(gone(pid) for pid in pids(tmp_path / "pids"))


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("workers.processes.supervisor._STOP_SECONDS", 0.5)

    async def story() -> None:
        supervisor = Supervisor()
        supervisor.start(program(STUBBORN, tmp_path / "pids"))
        await until(lambda: len(pids(tmp_path / "pids")) == 1)
        await supervisor.stop()

    asyncio.run(story())

    assert gone(pids(tmp_path / "pids")[0])


def test_a_child_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    script = tmp_path / "later"

    async def story() -> None:
        supervisor = Supervisor()
        supervisor.start(Program("child", [str(script), str(tmp_path / "pids")]))
        await asyncio.sleep(0.1)
        script.write_text(f"#!{sys.executable}\n{SLEEP}")
        script.chmod(0o755)
        await until(lambda: len(pids(tmp_path / "pids")) == 1)
        await supervisor.stop()

    asyncio.run(story())

    assert gone(pids(tmp_path / "pids")[0])


def test_the_stop_ends_the_wait() -> None:
    async def story() -> None:
        supervisor = Supervisor()
        supervisor.request_stop()
        await asyncio.wait_for(supervisor.wait(), 1)
        await supervisor.stop()

    asyncio.run(story())

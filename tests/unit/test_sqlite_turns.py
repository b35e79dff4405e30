"""Writers of one SQLite file stand in line: one at a time, and nobody is held up by those who are gone."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from backend.common.sqlite import turns
from backend.common.sqlite.turns import Turn

HOLDER = """
import sys, time
from backend.common.sqlite.turns import Turn
turn = Turn(sys.argv[1])
turn.take()
print("taken", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "some.db")


def test_one_thread_at_a_time(path: str) -> None:
    inside: list[int] = []
    most: list[int] = []

    def write(number: int) -> None:
        turn = Turn(path)
        for _ in range(20):
            turn.take()
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.0005)
            inside.remove(number)
            turn.give()
        turn.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(most) == 80
    assert set(most) == {1}


def test_a_connection_that_is_dropped_holds_nobody_up(path: str) -> None:
    dropped = Turn(path)
    dropped.take()
    del dropped
    gc.collect()

    assert waited(path) < 5


def test_another_process_is_waited_for_until_it_is_killed(path: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        found: list[float] = []
        waiting = threading.Thread(target=lambda: found.append(waited(path)))
        waiting.start()
        time.sleep(0.2)
        assert not found
        holder.kill()
        waiting.join(timeout=5)

    assert found


def test_patience_ends(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 0.1)
    holder, other = Turn(path), Turn(path)
    holder.take()

    other.take()  # returns: SQLite itself is asked now
    other.give()
    holder.close()

    assert waited(path) < 5


def waited(path: str) -> float:
    started = time.monotonic()
    turn = Turn(path)
    turn.take()
    turn.close()
    return time.monotonic() - started

"""Waiting for what other threads and processes do, and counting who is there at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def until(holds: Callable[[], object], *, seconds: float = 10.0, every: float = 0.01) -> None:
    """Returns as soon as it holds; fails when it does not within some seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)


class Meeting:
    """Counts who is inside at the same time. Each stays until so many have come, and a moment for one too many."""

    def __init__(self, number: int) -> None:
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()
        self._all = threading.Barrier(number, timeout=20)

    def visit(self) -> None:
        """Comes, stays and leaves; threading.BrokenBarrierError if the others do not come."""
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self._all.wait()
        threading.Event().wait(0.01)
        with self._lock:
            self._inside -= 1

"""Ends a running statement from outside: when its time is over, or when nobody wants its answer any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

_LOOK_SECONDS = 0.25


class Watch:
    """While in its context, interrupts the statement once it should not go on; says why afterwards."""

    def __init__(self, seconds: float, *, cancelled: Callable[[], bool], interrupt: Callable[[], None]) -> None:
        self.reason = ""  # timeout | cancelled, if it was ended
        self._end = time.monotonic() + seconds
        self._cancelled = cancelled
        self._interrupt = interrupt
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="database-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(min(_LOOK_SECONDS, max(self._end - time.monotonic(), 0.0))):
            if self._cancelled():
                self.reason = "cancelled"
            elif time.monotonic() >= self._end:
                self.reason = "timeout"
            if self.reason:
                self._interrupt()
                return

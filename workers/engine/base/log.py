"""A step's log: lines with time and level, capped, safe to store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

MAX_CHARACTERS = 256_000
_CUT = "… the log was cut here: it is longer than 256,000 characters"


class StepLog:
    """Collects lines from the step's thread while the engine may look at them."""

    def __init__(self) -> None:
        self.listener: Callable[[int, Sequence[str]], None] | None = None  # hears the number of a line, and lines
        self._lines: list[str] = []
        self._size = 0
        self._lock = threading.Lock()

    def add(self, text: str, *, level: str = "info", at: float | None = None) -> None:
        """Adds a text, each of its lines with time and level; `at` in seconds since 1970."""
        if self._size > MAX_CHARACTERS:  # cheap, since a script may print a million lines more
            return
        moment = datetime.fromtimestamp(at, UTC) if at is not None else datetime.now(UTC)
        stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z {level.upper()}"
        with self._lock:
            first = len(self._lines)
            for line in text.splitlines() or [""]:
                self._append(f"{stamp} {line}")
            if self.listener is not None and len(self._lines) > first:
                self.listener(first, self._lines[first:])

    def _append(self, line: str) -> None:
        if self._size > MAX_CHARACTERS:
            return
        self._size += len(line) + 1
        self._lines.append(line if self._size <= MAX_CHARACTERS else _CUT)

    def text(self) -> str:
        """The whole log."""
        if not self._lines:
            return ""
        with self._lock:
            return "\n".join(self._lines)

    def restore(self, text: str) -> None:
        """Goes on from a log recorded by an earlier owner."""
        with self._lock:
            self._lines, self._size = text.splitlines(), len(text)

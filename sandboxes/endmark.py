"""The mark that a sandbox's supervisor sets behind everything that was printed: how the script really ended."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from sandboxes import limits
from sandboxes.model import Stream
from sandboxes.results import Exit

_START: Final = b"\x1esg-end:"
_LONGEST: Final = 120  # bytes of a mark's words


def new_token() -> str:
    """What makes a mark this sandbox's own."""
    return secrets.token_hex(16)


@cache
def _supervisor() -> str:
    return (Path(__file__).parent / "harness" / "supervisor.sh").read_text(encoding="utf-8")


def supervised(argv: Sequence[str], *, token: str) -> list[str]:
    """The command under the eyes of a supervisor, which marks the end."""
    return ["/bin/sh", "-c", _supervisor(), "supervisor", token, str(limits.PROCESSES), *argv]


class EndMarks:
    """The marks behind both streams."""

    def __init__(self, token: str) -> None:
        self._marks: dict[Stream, EndMark] = {"stdout": EndMark(token), "stderr": EndMark(token)}

    def feed(self, stream: Stream, data: bytes) -> bytes:
        """What of the data is the script's own."""
        return self._marks[stream].feed(data)

    def rest(self, stream: Stream) -> bytes:
        """What was held back for nothing, when no more is coming."""
        return self._marks[stream].rest()

    @property
    def exit(self) -> Exit | None:
        """How the script ended, once both streams are known to be complete."""
        ends = [mark.exit for mark in self._marks.values()]
        return None if None in ends else ends[0]


class EndMark:
    """Lets one stream pass until the mark, which it keeps to itself."""

    def __init__(self, token: str) -> None:
        self._mark = _START + token.encode() + b" "
        self._held = b""
        self.exit: Exit | None = None

    def feed(self, data: bytes) -> bytes:
        """What of the data, and of what was held back, is the script's own."""
        if self.exit is not None:
            return b""
        data = self._held + data
        found = data.find(self._mark)
        if found < 0:
            return self._pass(data, keep=self._overlap(data))
        words, newline, _ = data[found + len(self._mark) :].partition(b"\n")
        if not newline and len(words) <= _LONGEST:
            return self._pass(data, keep=len(data) - found)
        self.exit = _parsed(words)
        self._held = b""
        return data[:found] if self.exit else data

    def rest(self) -> bytes:
        """What was held back for nothing, when no more is coming."""
        held, self._held = self._held, b""
        return held

    def _pass(self, data: bytes, *, keep: int) -> bytes:
        cut = len(data) - keep
        self._held = data[cut:]
        return data[:cut]

    def _overlap(self, data: bytes) -> int:
        """How many of the last bytes may be the beginning of the mark."""
        start = data.rfind(_START[:1], max(0, len(data) - len(self._mark)))
        return len(data) - start if start >= 0 and self._mark.startswith(data[start:]) else 0


def _parsed(words: bytes) -> Exit | None:
    numbers = words.split()
    if len(numbers) != 3 or not all(number.isdigit() for number in numbers):
        return None
    code, refused, killed = (int(number) for number in numbers)
    return Exit(code=code & 0xFF, out_of_memory=killed > 0, refused_processes=refused > 0)

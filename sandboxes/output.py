"""Takes in what a script prints: cuts it into log lines, counts it against the limits, finds the closing frame."""

from __future__ import annotations

import codecs
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandboxes import limits
from sandboxes.model import LogLine, Stream

_HEAD: Final = 64  # bytes that a frame's first line has at most
_NO_NAME: Final = re.compile(r"[/\\\x00-\x1f\x7f\ufffd]")
_FIRST = b"\x1e"  # starts every marker and hardly anything else


def new_marker() -> str:
    """A marker that no script can have printed by chance."""
    return f"\x1esg:{secrets.token_hex(16)}:"


@dataclass(frozen=True, slots=True)
class Report:
    """The harness's closing frame: what kind of result, and its raw text."""

    kind: str
    payload: bytes


class Lines:
    """Turns the bytes of one stream into log lines, keeping at most `limit` bytes of them."""

    def __init__(self, stream: Stream, *, limit: int, on_log: Callable[[LogLine], None]) -> None:
        self._stream, self._limit, self._on_log = stream, limit, on_log
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._kept: list[bytes] = []
        self._lines = 0
        self.size = 0

    @property
    def over(self) -> bool:
        """True once more was printed than is kept."""
        return self.size > self._limit

    def feed(self, data: bytes) -> None:
        """Takes in a piece of the stream."""
        kept = data[: max(0, self._limit - self.size)]
        self.size += len(data)
        self._kept.append(kept)
        *lines, self._rest = (self._rest + self._decoder.decode(kept)).split("\n")
        for line in lines:
            self._emit(line)
        if len(self._rest) > limits.LINE_CHARACTERS:
            self._emit(self._rest)
            self._rest = ""

    def close(self) -> None:
        """Hands out the last line, which may lack its end."""
        rest = self._rest + self._decoder.decode(b"", final=True)
        self._rest = ""
        if rest:
            self._emit(rest)

    def text(self) -> str:
        """Everything kept, as text without NULs."""
        return b"".join(self._kept).decode("utf-8", "replace").replace("\0", "")

    def last_lines(self, *, count: int = 10, characters: int = 2000) -> str:
        """The end of the stream, for an error message."""
        return "\n".join(self.text().rstrip().splitlines()[-count:])[-characters:]

    def _emit(self, line: str) -> None:
        if self._lines >= limits.LOG_LINES:  # all of it is still counted, and kept for the result
            return
        self._lines += 1
        clean = line.removesuffix("\r").replace("\0", "")
        width = limits.LINE_CHARACTERS
        for start in range(0, max(1, len(clean)), width):
            self._on_log(LogLine(stream=self._stream, text=clean[start : start + width], at=time.time()))


class Output:
    """Both streams of one execution and the report behind the marker on stdout."""

    def __init__(self, marker: str, *, on_log: Callable[[LogLine], None]) -> None:
        self._marker = marker.encode()
        self.stdout = Lines("stdout", limit=limits.STDOUT_BYTES, on_log=on_log)
        self.stderr = Lines("stderr", limit=limits.STDERR_BYTES, on_log=on_log)
        self._held = b""  # may be the beginning of the marker
        self._behind: bytearray | None = None  # what follows the marker, once it came
        self.report: Report | None = None
        self.files: dict[str, bytes] = {}

    def feed(self, stream: Stream, data: bytes) -> None:
        """Takes in a piece of either stream."""
        if stream == "stderr":
            self.stderr.feed(data)
        elif self._behind is not None:
            self._feed_report(data)
        else:
            self._feed_stdout(self._held + data)

    def close(self) -> None:
        """No more is coming."""
        self.stdout.feed(self._held)
        self._held = b""
        self.stdout.close()
        self.stderr.close()

    @property
    def excess(self) -> str:
        """What was printed too much of, as a sentence; empty while all is within the limits."""
        if self.stdout.over:
            return (
                f"The script printed more than {_size(limits.STDOUT_BYTES)} to stdout. Print less, or return a result."
            )
        if self.stderr.over:
            return f"The script printed more than {_size(limits.STDERR_BYTES)} to stderr."
        return self._excess_of_frames()

    def _excess_of_frames(self) -> str:
        is_file = self._behind is not None and self._behind.startswith(b"file ")
        coming = len(self._behind) if self._behind is not None else 0
        kept = sum(map(len, self.files.values()))
        if len(self.files) > limits.FILES or kept + (coming if is_file else 0) > limits.FILES_BYTES:
            return f"The script left more than {limits.FILES} files, or {_size(limits.FILES_BYTES)}, in $SG_FILES."
        if not is_file and coming > limits.RESULT_BYTES:
            return f"The result is larger than {_size(limits.RESULT_BYTES)}. Return less, or save a file."
        return ""

    def _feed_stdout(self, data: bytes) -> None:
        found = data.find(self._marker)
        if found >= 0:
            self.stdout.feed(data[:found])
            self._held, self._behind = b"", bytearray()
            self._feed_report(data[found + len(self._marker) :])
            return
        start = data.rfind(_FIRST)
        held = start if start >= 0 and self._marker.startswith(data[start:]) else len(data)
        self.stdout.feed(data[:held])
        self._held = data[held:]

    def _feed_report(self, data: bytes) -> None:
        if self.report is not None or self._behind is None:
            return
        self._behind += data
        while self.report is None and self._take_frame(self._behind):
            pass

    def _take_frame(self, behind: bytearray) -> bool:
        """Takes a complete frame out: a file, after which another frame follows, or the closing one."""
        head, newline, payload = behind[:_HEAD].partition(b"\n")
        if not newline:
            return False
        kind, _, length = bytes(head).decode("ascii", "replace").partition(" ")
        size = int(length) if length.isascii() and length.isdigit() else 0
        start = len(head) + 1
        if len(behind) < start + size:
            return False
        payload = behind[start : start + size]
        if kind != "file":
            self.report = Report(kind=kind, payload=bytes(payload))
            return False
        return self._keep_file(bytes(payload)) and self._skip_to_mark(behind, start + size)

    def _keep_file(self, payload: bytes) -> bool:
        name, _, content = payload.partition(b"\n")
        text = name.decode("utf-8", "replace")
        if is_file_name(text):
            self.files[text] = content
        return True

    def _skip_to_mark(self, behind: bytearray, start: int) -> bool:
        """The next frame begins behind its marker, which may still be on its way."""
        found = behind.find(self._marker, start)
        if found < 0:
            return False
        del behind[: found + len(self._marker)]
        return True


def is_file_name(name: str) -> bool:
    """Whether a file of a script may be called so: a name, and no path."""
    return 0 < len(name) <= 200 and name not in {".", ".."} and not _NO_NAME.search(name)


def _size(count: int) -> str:
    return f"{count // 1024} KiB" if count < 1024 * 1024 else f"{count // (1024 * 1024)} MiB"

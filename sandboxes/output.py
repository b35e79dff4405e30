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
        self._pending = bytearray()  # of stdout: what may be the beginning of the marker, or of a frame behind one
        self._in_frame = False
        self.report: Report | None = None
        self.files: dict[str, bytes] = {}

    def feed(self, stream: Stream, data: bytes) -> None:
        """Takes in a piece of either stream; of stdout nothing counts any more behind the closing frame."""
        if stream == "stderr":
            self.stderr.feed(data)
            return
        if self.report is None:
            self._pending += data
        while self.report is None and (self._take_frame() if self._in_frame else self._take_text()):
            pass

    def close(self) -> None:
        """No more is coming."""
        if self.report is None and not self._in_frame:
            self.stdout.feed(bytes(self._pending))
            self._pending.clear()
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
        is_file = self._in_frame and self._pending.startswith(b"file ")
        coming = len(self._pending) if self._in_frame else 0
        kept = sum(map(len, self.files.values()))
        if len(self.files) > limits.FILES or kept + (coming if is_file else 0) > limits.FILES_BYTES:
            return f"The script left more than {limits.FILES} files, or {_size(limits.FILES_BYTES)}, in $SG_FILES."
        if not is_file and coming > limits.RESULT_BYTES:
            return f"The result is larger than {_size(limits.RESULT_BYTES)}. Return less, or save a file."
        return ""

    def _take_text(self) -> bool:
        """Passes on what was printed; True once a marker follows it."""
        found = self._pending.find(self._marker)
        end = found if found >= 0 else self._end_of_text()
        self.stdout.feed(bytes(self._pending[:end]))
        self._in_frame = found >= 0
        del self._pending[: end + (len(self._marker) if self._in_frame else 0)]
        return self._in_frame

    def _end_of_text(self) -> int:
        """Where the beginning of a marker may stand."""
        start = self._pending.rfind(_FIRST)
        return start if start >= 0 and self._marker.startswith(bytes(self._pending[start:])) else len(self._pending)

    def _take_frame(self) -> bool:
        """Takes a complete frame out: a file, after which another frame follows, or the closing one."""
        head, newline, _ = self._pending[:_HEAD].partition(b"\n")
        if not newline:
            return False
        kind, _, length = bytes(head).decode("ascii", "replace").partition(" ")
        size = int(length) if length.isascii() and length.isdigit() else 0
        start = len(head) + 1
        if len(self._pending) < start + size:
            return False
        payload = bytes(self._pending[start : start + size])
        del self._pending[: start + size]
        self._in_frame = False
        if kind == "file":
            self._keep_file(payload)
        else:
            self.report = Report(kind=kind, payload=payload)
        return True

    def _keep_file(self, payload: bytes) -> None:
        name, _, content = payload.partition(b"\n")
        text = name.decode("utf-8", "replace")
        if is_file_name(text):
            self.files[text] = content


def is_file_name(name: str) -> bool:
    """Whether a file of a script may be called so: a name, and no path."""
    return 0 < len(name) <= 200 and name not in {".", ".."} and not _NO_NAME.search(name)


def _size(count: int) -> str:
    return f"{count // 1024} KiB" if count < 1024 * 1024 else f"{count // (1024 * 1024)} MiB"

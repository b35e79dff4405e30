"""A container's stdin, stdout and stderr over one hijacked connection, and how the container is ended."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol, TypeAlias

import docker.errors
import requests.exceptions
from docker.models.containers import Container

from sandboxes import limits
from sandboxes.endmark import EndMarks
from sandboxes.model import STREAMS, Status, Stream
from sandboxes.results import Exit
from sandboxes.runtimes.base import Breach, Chunk, WaitingSandbox

_HEADER: Final = 8  # bytes: stream, three zeros, length
_STDERR: Final = 2
_ASK_EVERY: Final = 0.1  # seconds between questions to the engine about a container without output
_TOO_MANY: Final = f"The script tried to run more than {limits.PROCESSES} processes at once."
_FAULTS: Final = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)


_DIGGERS: Final = 2
_GRAVES: Final = 32  # that wait at most
Bury: TypeAlias = Callable[[Container], None]


class Closable(Protocol):
    """What docker-py wraps a connection in, which differs by how the engine is reached."""

    def close(self) -> None:
        """Lets go of the connection."""


class ContainerSandbox(WaitingSandbox):
    """One started container; its connection must have been attached before the start."""

    def __init__(
        self, container: Container, connection: socket.socket, *, owner: Closable, token: str, bury: Bury
    ) -> None:
        self.born = time.monotonic()
        self._container = container
        self._connection = connection
        self._owner = owner  # collected, it would close the connection
        self._buffer = bytearray()
        self._marks = EndMarks(token)
        self._at_end = False
        self._exit: Exit | None = None
        self._next_question = 0.0
        self._failures = 0
        self._bury = bury

    def waits(self) -> bool:
        """Looks at the connection: words before their time are those of an interpreter that failed."""
        return not self.read(timeout=0) and not self._at_end

    def send(self, frame: bytes) -> None:
        """Writes from a thread of its own, since a pipe holds little."""
        threading.Thread(target=self._write, args=(frame,), kwargs={"last": True}, daemon=True).start()

    def send_step(self, frame: bytes, *, token: str) -> None:
        """The frame of one step of many, whose marks will bear the token."""
        self._marks = EndMarks(token)
        data = frame + token.encode() + b"\n"
        threading.Thread(target=self._write, args=(data,), kwargs={"last": False}, daemon=True).start()

    def _write(self, data: bytes, *, last: bool) -> None:
        # The script may end, or be ended, before it has read everything.
        with contextlib.suppress(OSError):
            self._connection.sendall(data)
            if last:
                self._connection.shutdown(socket.SHUT_WR)

    @property
    def marked(self) -> bool:
        """True once the script is known to have ended, by the marks behind all it printed."""
        return self._marks.exit is not None

    def read(self, *, timeout: float) -> list[Chunk]:
        """Reads whatever is there, and takes it apart by stream."""
        if self._at_end:
            time.sleep(min(timeout, 0.02))
            return []
        readable, _, _ = select.select([self._connection], [], [], timeout)
        if not readable:
            return []
        try:
            data = self._connection.recv(65536)
        except OSError:
            data = b""
        self._buffer += data
        if not data:
            self._at_end = True
            return [Chunk(stream=stream, data=self._marks.rest(stream)) for stream in STREAMS]
        return self._chunks()

    def _chunks(self) -> list[Chunk]:
        """Takes the complete pieces out of the multiplexed stream."""
        chunks: list[Chunk] = []
        while len(self._buffer) >= _HEADER:
            stream, length = struct.unpack(">BxxxL", self._buffer[:_HEADER])
            if len(self._buffer) < _HEADER + length:
                break
            data = bytes(self._buffer[_HEADER : _HEADER + length])
            del self._buffer[: _HEADER + length]
            name: Stream = "stderr" if stream == _STDERR else "stdout"
            chunks.append(Chunk(stream=name, data=self._marks.feed(name, data)))
        return chunks

    def ended(self) -> Exit | None:
        """As the supervisor's marks behind both streams say; asks the engine if the output ended without them."""
        if self._marks.exit is not None:
            return self._marks.exit
        # The end of its output is no proof that a script has ended, but while output may come it need not be asked.
        if self._exit is None and self._at_end and time.monotonic() >= self._next_question:
            self._next_question = time.monotonic() + _ASK_EVERY
            self._exit = self._ask()
        return self._exit

    def _ask(self) -> Exit | None:
        try:
            self._container.reload()
        except _FAULTS:
            self._failures += 1
            return Exit(code=None, lost=True) if self._failures >= 5 else None
        state: dict[str, Any] = self._container.attrs["State"]
        if state["Running"]:
            return None
        return Exit(code=int(state["ExitCode"]), out_of_memory=bool(state["OOMKilled"]))

    def breach(self) -> Breach | None:
        """Nothing: the engine enforces every limit itself."""
        return None

    def breach_at_deadline(self) -> Breach | None:
        """Whether as many processes run as may: a bomb that keeps trying never ends, and need not say a word."""
        with contextlib.suppress(*_FAULTS):
            stats: Any = self._container.stats(stream=False, one_shot=True)
            found = stats.get("pids_stats", {})
            if found.get("current", 0) >= found.get("limit", limits.PROCESSES):
                return Breach(Status.PROCESS_LIMIT, _TOO_MANY)
        return None

    def close(self) -> None:
        """Ends the container now, and has it removed soon."""
        # In this order: while the connection is open, the engine may wait for us to read before it lets go.
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        if self._exit is None and self._marks.exit is None:  # else nothing of the script's lives any more
            with contextlib.suppress(*_FAULTS):
                self._container.kill()
        self._bury(self._container)
        for part in (self._connection, self._owner):
            with contextlib.suppress(OSError):
                part.close()


class Graves:
    """Removes containers behind everybody's back: it takes long, and no script waits for it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_DIGGERS, thread_name_prefix="graves")
        self._free = threading.BoundedSemaphore(_GRAVES)

    def bury(self, container: Container) -> None:
        """Removes the container soon; at once when too many wait already."""
        if not self._free.acquire(blocking=False):
            _remove(container)
            return
        try:
            self._pool.submit(_remove, container).add_done_callback(lambda _: self._free.release())
        except RuntimeError:  # closed
            _remove(container)

    def close(self) -> None:
        """Waits until all are removed."""
        self._pool.shutdown(wait=True)


def _remove(container: Container) -> None:
    with contextlib.suppress(*_FAULTS):
        container.remove(force=True, v=True)

"""The other end of one execution's connection, as long as it runs."""

from __future__ import annotations

import socket
import threading
import time
from typing import Final

from sandboxes import wire
from sandboxes.model import JSON, LogLine

_ALIVE_EVERY: Final = 5.0  # seconds between signs of life to a waiting client


class Listener:
    """The client of one execution: takes the log in batches, and cancels by a word or by going away."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection, self._stopping = connection, stopping
        self._lines: list[tuple[str, str, float]] = []
        self._gone = False
        self._spoke = time.monotonic()

    def log(self, line: LogLine) -> None:
        """Keeps a line for the next batch."""
        self._lines.append((line.stream, line.text, line.at))

    def flush(self) -> None:
        """Sends the batch, or a sign of life if it has been silent here for long."""
        lines, self._lines = self._lines, []
        if lines:
            self._send({"type": "log", "lines": lines})
        elif time.monotonic() > self._spoke + _ALIVE_EVERY:
            self._send({"type": "alive"})

    def _send(self, message: dict[str, JSON]) -> None:
        try:
            wire.send(self._connection, message)
            self._spoke = time.monotonic()
        except OSError:
            self._gone = True

    def cancelled(self) -> bool:
        """True once the client cancelled or went away, or the service is stopping; asked many times a second."""
        self.flush()
        if not self._gone and wire.waiting(self._connection):
            try:
                self._gone = wire.receive(self._connection).get("type") == "cancel"
            except OSError:
                self._gone = True
        return self._gone or self._stopping.is_set()

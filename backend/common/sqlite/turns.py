"""Turns of those who write to one SQLite file, among the threads of a process and among processes.

SQLite lets one transaction write at a time. Whoever finds it busy sleeps, up to a tenth of a second at a time, and
looks again; under load some sleep for seconds while others come later and go first. Here they stand in line: threads
at a lock, and one thread of each process at a lock of a file beside the database, which ends with its process.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import IO

_PATIENCE = 10.0  # seconds; then SQLite itself is asked, which has its own
_PAUSES = (0.0002, 0.002)  # seconds between two looks at the other processes, at first and at most

_threads: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
os.register_at_fork(after_in_child=_threads.clear)  # a child has none of the threads that hold them


class Turn:
    """One connection's place in the line of a database file; not for use by several threads at once."""

    def __init__(self, path: str) -> None:
        self._path = Path(f"{path}-turn")
        self._held: threading.Lock | None = None
        self._file: IO[bytes] | None = None
        self._pid = 0

    def take(self) -> None:
        """Returns when it is this connection's turn, or when waiting for it has taken too long."""
        deadline = time.monotonic() + _PATIENCE
        threads = _threads[self._path]
        if threads.acquire(timeout=_PATIENCE):
            self._held = threads
            self._lock_file(deadline)

    def give(self) -> None:
        """Lets the next one write; may be called without a turn."""
        held, self._held = self._held, None
        if held is not None:
            fcntl.flock(self._opened(), fcntl.LOCK_UN)
            held.release()

    def close(self) -> None:
        """Gives the turn away, and closes the file."""
        if self._file is not None and self._pid == os.getpid():
            self.give()
            self._file.close()
        self._file = self._held = None

    # A connection that is dropped in the middle of a transaction holds nobody up.
    __del__ = close

    def _lock_file(self, deadline: float) -> None:
        pause, most = _PAUSES
        while not self._is_ours():
            if time.monotonic() > deadline:
                return
            time.sleep(pause)
            pause = min(pause * 1.5, most)

    def _is_ours(self) -> bool:
        try:
            fcntl.flock(self._opened(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _opened(self) -> IO[bytes]:
        if self._file is None or self._pid != os.getpid():  # a lock that a child inherits is its parent's
            self._file, self._pid = self._path.open("ab"), os.getpid()
        return self._file

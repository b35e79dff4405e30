"""How much of other people's data the service holds in memory at once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from sandboxes.errors import SandboxBusy


class Budget:
    """A number of bytes that requests share while they wait and run."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self.used = 0

    @contextlib.contextmanager
    def account(self) -> Iterator[Callable[[int], None]]:
        """For one request: what is given takes bytes, or raises SandboxBusy; all come back at the end."""
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            with self._lock:
                # Alone, a request is always taken: its own size is limited elsewhere.
                if self.used and self.used + count > self._size:
                    raise SandboxBusy("The scripts that are waiting for a sandbox hold too much data. Try again later.")
                self.used += count
                taken += count

        try:
            yield take
        finally:
            with self._lock:
                self.used -= taken

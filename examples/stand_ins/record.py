"""What has arrived at the stand-ins, for tests and for people who want to see what a workflow did."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One request, mail or file: what was called, and what it carried."""

    call: str  # such as “POST /chat/incidents”
    query: dict[str, str]
    body: Any


class Record:
    """Keeps calls in the order of their arrival; many threads write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def add(self, call: str, *, body: Any = None, query: dict[str, str] | None = None) -> None:
        """Keeps one more."""
        with self._lock:
            self._calls.append(Call(call, query or {}, body))

    def count(self, call: str) -> int:
        """How often this was called since the last reset."""
        with self._lock:
            return sum(one.call == call for one in self._calls)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._calls.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """All of them, the oldest first."""
        with self._lock:
            return [asdict(one) for one in self._calls]

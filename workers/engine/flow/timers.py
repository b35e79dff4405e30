"""Things to do later within one job, on the monotonic clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Timers(Generic[T]):
    """A handful of items, each with the moment when it is due."""

    def __init__(self) -> None:
        self._items: list[tuple[float, T]] = []

    def __bool__(self) -> bool:
        return bool(self._items)

    def add(self, item: T, *, seconds: float) -> None:
        """Makes an item due in some seconds."""
        self._items.append((time.monotonic() + seconds, item))

    def seconds(self) -> float:
        """Until the first item is due; infinite without any."""
        return max(0.0, min((due for due, _ in self._items), default=math.inf) - time.monotonic())

    def __iter__(self) -> Iterator[T]:
        return iter([item for _, item in sorted(self._items, key=lambda entry: entry[0])])

    def due(self) -> list[T]:
        """Takes out what is due."""
        now = time.monotonic()
        ready = [item for due, item in self._items if due <= now]
        self._items = [(due, item) for due, item in self._items if due > now]
        return ready

    def take(self, wanted: Callable[[T], bool]) -> list[T]:
        """Takes out what fits."""
        taken = [item for _, item in self._items if wanted(item)]
        self._items = [(due, item) for due, item in self._items if not wanted(item)]
        return taken

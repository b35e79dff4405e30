"""Containers started ahead, each for one script: as many as are likely to be wanted soon, and as memory allows."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import psutil

from sandboxes.errors import SandboxError
from sandboxes.model import JSON
from sandboxes.runtimes.base import WaitingSandbox
from sandboxes.runtimes.box import IDLE_SECONDS, Box

Waits = TypeVar("Waits", bound=WaitingSandbox)

_log = logging.getLogger(__name__)

_RECENT: Final = 5.0  # seconds whose demand says what will be wanted soon
_REMEMBERED: Final = 600.0  # seconds that a kind is kept ready after it was last asked for
_EACH: Final = 8  # of one kind at most
_MEMORY_EACH: Final = 64 * 1024 * 1024  # bytes; what an idle interpreter and its container take, generously
_MOST: Final = 32
_COURTESY: Final = 0.03  # seconds for which the script that took a container has the processors to itself
_CLOSE_PATIENCE: Final = 8.0  # seconds
_LOOK_EVERY: Final = 5.0  # seconds, if nothing is asked for
_AFTER_FAULT: Final = 10.0  # seconds until the engine is asked again


@dataclass(slots=True)
class _Stock(Generic[Waits]):
    ready: deque[tuple[Waits, float]] = field(default_factory=deque)  # with the time of their birth
    asked: deque[float] = field(default_factory=deque)
    last: float = 0.0
    warming: int = 0
    fixed: bool = False  # kept ready whether or not somebody asks


class Pool(Generic[Waits]):
    """Hands out what is ready, and refills in threads of its own."""

    def __init__(self, make: Callable[[Box], Waits], *, workers: int) -> None:
        self._make, self._workers = make, workers
        self._stocks: dict[Box, _Stock[Waits]] = defaultdict(_Stock)
        self._change = threading.Condition()
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._hits = self._misses = 0
        self._pause_until = 0.0

    def open(self, always: tuple[Box, ...]) -> None:
        """Begins to keep containers ready; one of these kinds at all times."""
        with self._change:
            for box in always:
                self._stocks[box].fixed = True
        for number in range(self._workers):
            thread = threading.Thread(target=self._refill, name=f"pool-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Keeps nothing ready any more."""
        with self._change:
            self._closed = True
            idle = [sandbox for stock in self._stocks.values() for sandbox, _ in stock.ready]
            self._stocks.clear()
            self._change.notify_all()
        with ThreadPoolExecutor(_MOST) as threads:
            threads.map(lambda sandbox: sandbox.close(), idle)
        deadline = time.monotonic() + _CLOSE_PATIENCE
        for thread in self._threads:  # what one of them is just making would be left behind
            thread.join(max(0.0, deadline - time.monotonic()))

    def take(self, box: Box, *stand_ins: Box) -> Waits | None:
        """A waiting container of that kind, or of one that will do; None if there is none."""
        now = time.monotonic()
        with self._change:
            stock = self._stocks[box]
            stock.asked.append(now)
            stock.last = now
            self._change.notify_all()
            for kind in (box, *stand_ins):
                found = self._pop(kind, now)
                if found is not None:
                    self._hits += 1
                    return found
            self._misses += 1
        return None

    def _pop(self, box: Box, now: float) -> Waits | None:
        ready = self._stocks[box].ready
        while ready:
            sandbox, born = ready.popleft()
            if now - born < IDLE_SECONDS and sandbox.waits():
                return sandbox
            threading.Thread(target=sandbox.close, daemon=True).start()
        return None

    def facts(self) -> dict[str, JSON]:
        """How well it serves."""
        with self._change:
            ready = sum(len(stock.ready) for stock in self._stocks.values())
            warming = sum(stock.warming for stock in self._stocks.values())
            return {"ready": ready, "warming": warming, "hits": self._hits, "misses": self._misses}

    def _refill(self) -> None:
        """One worker: makes what is wanted most, discards what nobody wants, sleeps until something changes."""
        while True:
            with self._change:
                if self._closed:
                    return
                box = self._wanted()
                if box is None:
                    tired = self._tired()
                    if not tired:
                        self._change.wait(_LOOK_EVERY)
                else:
                    tired = []
                    self._stocks[box].warming += 1
            for sandbox in tired:
                sandbox.close()
            if box is not None:
                time.sleep(_COURTESY)
                self._warm(box)

    def _warm(self, box: Box) -> None:
        made: Waits | None = None
        try:
            made = self._make(box)
        except SandboxError as error:
            _log.warning("no container could be kept ready", extra={"error": str(error)})
        with self._change:
            if self._closed:
                leftover = made
            else:
                leftover = None
                stock = self._stocks[box]
                stock.warming -= 1
                if made is None:
                    self._pause_until = time.monotonic() + _AFTER_FAULT
                else:
                    stock.ready.append((made, time.monotonic()))
        if leftover is not None:
            leftover.close()

    def _wanted(self) -> Box | None:
        """The kind that lacks most."""
        now = time.monotonic()
        total = sum(len(stock.ready) + stock.warming for stock in self._stocks.values())
        if now < self._pause_until or total >= self._room():
            return None
        lacks = {
            box: self._target(stock, now) - len(stock.ready) - stock.warming for box, stock in self._stocks.items()
        }
        box = max(lacks, key=lambda kind: lacks[kind], default=None)
        return box if box is not None and lacks[box] > 0 else None

    def _target(self, stock: _Stock[Waits], now: float) -> int:
        while stock.asked and now - stock.asked[0] > _RECENT:
            stock.asked.popleft()
        if not stock.fixed and now - stock.last > _REMEMBERED:
            return 0
        return min(1 + len(stock.asked), _EACH)

    def _tired(self) -> list[Waits]:
        """Takes out what is more than wanted by far, too old, or dead."""
        now = time.monotonic()
        tired: list[tuple[Waits, float]] = []
        for stock in self._stocks.values():
            kept: deque[tuple[Waits, float]] = deque()
            spare = len(stock.ready) - self._target(stock, now)
            for sandbox, born in stock.ready:
                old = now - born >= IDLE_SECONDS or (spare > 0 and now - stock.last > _RECENT * 12)
                spare -= old
                (tired if old or not sandbox.waits() else kept).append((sandbox, born))
            stock.ready = kept
        for box in [box for box, stock in self._stocks.items() if self._is_over(stock, now)]:
            del self._stocks[box]
        return [sandbox for sandbox, _ in tired]

    def _is_over(self, stock: _Stock[Waits], now: float) -> bool:
        return not stock.ready and not stock.warming and self._target(stock, now) == 0

    def _room(self) -> int:
        """How many may be ready at once: an eighth of the memory that is free."""
        return min(_MOST, max(2, psutil.virtual_memory().available // 8 // _MEMORY_EACH))


def describe(pool: Pool[Any] | None) -> Mapping[str, JSON]:
    """The pool's facts, as `stats` shows them."""
    return {"pool": pool.facts()} if pool is not None else {}

"""When a worker looks for due jobs: one look after the other for as long as it finds any, in a thread of its own.

Jobs that come while others are begun share the next claim, and the transaction that ends them: a few at a time cost
half of what they cost one by one. A bell that was heard stays marked as ringing until nothing is found any more, so
that one ring serves all jobs of a busy time; what comes after that rings anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from backend import queue

_GATHER: Final = 0.002  # seconds after a find, in which jobs gather; less when many have come by themselves
_AGAIN: Final = 0.0005  # seconds after none: one that comes alone has nobody to wait for
_LINGER: Final = 0.012  # without a find, until the next job needs a bell


class Looking:
    """Wakes at a bell, at whatever else may have made a difference, and now and then by itself."""

    def __init__(self, take: Callable[[], int], *, hush: Callable[[], bool] = queue.heard) -> None:
        self._take = take  # claims and begins; answers how many
        self._hush = hush  # takes the mark away
        self._hushing = queue.Bell(self._hush_and_look)  # in a thread of its own: Redis may be slow to answer
        self._wanted = threading.Event()
        self._rung = False  # a bell is marked as ringing, and we are who has heard it

    def hear(self) -> None:
        """A bell has rung."""
        self._rung = True
        self._wanted.set()

    def look(self) -> None:
        """There may be something to claim, or room for it."""
        self._wanted.set()

    def wait(self, seconds: float) -> None:
        """Returns when a look is wanted, after so many seconds at the latest."""
        self._wanted.wait(seconds)

    def turn(self) -> None:
        """Claims until nothing is due. From then on the next job needs a bell again."""
        until = 0.0
        while True:
            self._wanted.clear()
            found = self._take()
            if found:
                until = time.monotonic() + _LINGER
            elif time.monotonic() >= until:
                break
            time.sleep(_GATHER / found if found else _AGAIN)
        if self._rung:
            self._rung = False
            self._hushing.ring()

    def _hush_and_look(self) -> bool:
        done = self._hush()
        self._wanted.set()  # for what was committed before the mark was gone, and rang no bell
        return done

"""How much work the expressions of one step may do together: steps, time and memory."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time

from backend.expressions.errors import Code, ExpressionError

STEPS = 200_000
SECONDS = 0.25
CELLS = 2_000_000
STEPS_PER_LOOK = 256

_SCRIPT = "Do heavy work in a script step."


class Budget:
    """What is left. One budget serves all expressions of a step, so that a thousand small ones do not add up.

    A step is one evaluated part of an expression, or eight items or 1024 characters that a function goes through.
    A cell is one list item or eight characters. Time is the thread's own processor time, so that a busy machine
    does not make a correct expression fail.
    """

    __slots__ = ("_clock", "_last", "_next_look", "cells", "seconds", "steps")

    def __init__(
        self,
        *,
        steps: int = STEPS,
        seconds: float = SECONDS,
        cells: int = CELLS,
        clock: Callable[[], float] = thread_time,
    ) -> None:
        self.steps = steps
        self.seconds = seconds
        self.cells = cells
        self._clock = clock
        self._next_look = steps - STEPS_PER_LOOK
        self._last: float | None = None

    def start(self, steps: int) -> None:
        """Takes an expression's steps away, and forgets the clock of the evaluation before: what passed between two
        does not count. Raises limit_steps."""
        self._last = None
        self.steps -= steps
        if self.steps < self._next_look:
            self.look()

    def spend(self, steps: int) -> None:
        """Takes steps away; looks at the clock now and then. Raises limit_steps or limit_time."""
        self.steps -= steps
        if self.steps < self._next_look:
            self.look()

    def scan(self, items: int) -> None:
        """Takes the steps of going through so many items in one built-in operation."""
        self.spend((items >> 3) + 1)

    def read(self, characters: int) -> None:
        """Takes the steps of going through so many characters."""
        self.spend((characters >> 10) + 1)

    def allocate(self, cells: int) -> None:
        """Takes memory away, before it is used. Raises limit_size."""
        self.cells -= cells
        if self.cells < 0:
            raise ExpressionError(Code.LIMIT_SIZE, "The expressions of this step use too much memory.", hint=_SCRIPT)

    def look(self) -> None:
        """Checks what is left, and the clock."""
        if self.steps < 0:
            raise ExpressionError(Code.LIMIT_STEPS, "The expressions of this step do too much work.", hint=_SCRIPT)
        self._next_look = self.steps - STEPS_PER_LOOK
        now = self._clock()
        if self._last is not None:
            self.seconds -= now - self._last
        self._last = now
        if self.seconds < 0:
            raise ExpressionError(Code.LIMIT_TIME, "The expressions of this step take too long.", hint=_SCRIPT)

"""What an expression sees while it is evaluated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from backend.common.json import JSON
from backend.expressions.budget import Budget

Value: TypeAlias = Any
"""A value inside the language: JSON, a set, a date, a duration or a match. Every operation checks its exact type."""


@dataclass(slots=True)
class Environment:
    """The pinned outside world: the same `now` and `seed` give the same answers, so that a replay repeats itself."""

    now: datetime
    seed: str
    budget: Budget = field(default_factory=Budget)
    _drawn: int = field(default=0, init=False)

    def draw(self) -> bytes:
        """The next 32 bytes of the seed's sequence."""
        self._drawn += 1
        return hashlib.sha256(f"{self.seed}:{self._drawn}".encode("utf-8", "replace")).digest()


_NO_LOCALS: list[Value] = []  # of expressions without loops, which never write there


class Frame:
    """One evaluation: the variables, the loop variables by slot, the budget and the environment."""

    __slots__ = ("budget", "environment", "locals", "scope")

    def __init__(self, scope: Mapping[str, JSON], environment: Environment, slots: int) -> None:
        self.scope = scope
        self.locals: list[Value] = [None] * slots if slots else _NO_LOCALS
        self.environment = environment
        self.budget = environment.budget


Closure: TypeAlias = Callable[[Frame], Value]
"""A compiled piece of an expression."""

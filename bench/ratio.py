"""A figure that means something on every machine: ours divided by a base measured alternately with it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """`value` = the time of `ours` divided by the time of `base`; it is well up to `target`, where there is one."""

    name: str
    value: float
    ours: str
    base: str
    target: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the target is met, in words."""
        if self.target is None:
            return ""
        return f"{'met' if self.value <= self.target else 'MISSED'}: at most {self.target:g}"


def compare(
    name: str, *, ours: Callable[[], object], base: Callable[[], object], rounds: int = 7, target: float | None = None
) -> Ratio:
    """Runs both in turn, so that what else the machine does hits both; takes the medians."""
    pairs = [(seconds(ours), seconds(base)) for _ in range(rounds)]
    our_time, base_time = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Ratio(name, our_time / base_time, ours=show(our_time), base=show(base_time), target=target)


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def show(duration: float) -> str:
    """A duration for people."""
    return f"{duration * 1e3:.2f} ms" if duration >= 1e-3 else f"{duration * 1e6:.1f} µs"

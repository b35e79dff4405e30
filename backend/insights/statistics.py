"""Figures from lists of numbers. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from backend.common.json import JSON


def summary(seconds: Sequence[float]) -> dict[str, JSON]:
    """Average, least, most, middle, and what 95 of 100 stay below; null without any."""
    if not seconds:
        return dict.fromkeys(("average", "min", "max", "median", "p95"))
    ordered = sorted(seconds)
    return {
        "average": statistics.fmean(ordered),
        "min": ordered[0],
        "max": ordered[-1],
        "median": statistics.median(ordered),
        "p95": percentile(ordered, 95),
    }


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value at that share of a sorted list, between two of them where it falls between."""
    place = (len(ordered) - 1) * share / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def rate(good: int, bad: int) -> float | None:
    """The share of the good ones; null without any."""
    return good / (good + bad) if good + bad else None

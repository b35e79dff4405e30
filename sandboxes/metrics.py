"""Counts what the service does, and writes it as text for Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sandboxes.model import JSON, Outcome, Status

_BUCKETS: Final = (0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0)  # seconds
_KILLS: Final = frozenset(
    {Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.OUTPUT_LIMIT, Status.PROCESS_LIMIT, Status.CANCELLED, Status.LOST}
)


class Histogram:
    """How often a number of seconds fell into which range."""

    def __init__(self) -> None:
        self.counts = [0] * (len(_BUCKETS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Counts one."""
        self.counts[sum(seconds > bound for bound in _BUCKETS)] += 1
        self.total += seconds


class Metrics:
    """The counters of one service since its start; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._executions: Counter[tuple[str, str]] = Counter()
        self._counts: Counter[str] = Counter()
        self._durations, self._waits = Histogram(), Histogram()

    def ended(self, language: str, outcome: Outcome) -> None:
        """One execution came to an end."""
        with self._lock:
            self._executions[language, outcome.status.value] += 1
            self._durations.add(outcome.duration)

    def waited(self, seconds: float) -> None:
        """One execution waited for its turn."""
        with self._lock:
            self._waits.add(seconds)

    def count(self, name: str, amount: int = 1) -> None:
        """Adds to a counter: `refused`, `reaped`, `builds_ok` and the like."""
        with self._lock:
            self._counts[name] += amount

    def snapshot(self) -> dict[str, JSON]:
        """All of it as JSON."""
        with self._lock:
            executions: dict[str, dict[str, int]] = {}
            for (language, status), number in self._executions.items():
                executions.setdefault(language, {})[status] = number
            kills: Counter[str] = Counter()
            for (_, status), number in self._executions.items():
                if status in _KILLS:
                    kills[status] += number
            return {"executions": executions, "kills": dict(kills), **dict(self._counts)}

    def text(self, gauges: Mapping[str, float]) -> str:
        """All of it, and what is true right now, in Prometheus's text format."""
        with self._lock:
            lines = [*_gauges(gauges), *_executions(self._executions), *_counters(self._counts)]
            lines += _histogram("stepgraph_sandbox_duration_seconds", "How long scripts ran.", self._durations)
            lines += _histogram("stepgraph_sandbox_wait_seconds", "How long scripts waited for a sandbox.", self._waits)
        return "\n".join(lines) + "\n"


def _gauges(gauges: Mapping[str, float]) -> Iterator[str]:
    for name, value in sorted(gauges.items()):
        yield f"# TYPE stepgraph_sandbox_{name} gauge"
        yield f"stepgraph_sandbox_{name} {value:g}"


def _executions(executions: Mapping[tuple[str, str], int]) -> Iterator[str]:
    yield "# HELP stepgraph_sandbox_executions_total Scripts that came to an end, by language and how."
    yield "# TYPE stepgraph_sandbox_executions_total counter"
    kills: Counter[str] = Counter()
    for (language, status), number in sorted(executions.items()):
        yield f'stepgraph_sandbox_executions_total{{language="{_label(language)}",status="{status}"}} {number}'
        kills[status] += number if status in _KILLS else 0
    yield "# HELP stepgraph_sandbox_kills_total Scripts that were ended, by reason."
    yield "# TYPE stepgraph_sandbox_kills_total counter"
    yield from (f'stepgraph_sandbox_kills_total{{reason="{status}"}} {kills[status]}' for status in sorted(_KILLS))


def _label(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in "_-")[:40]  # it came from a client


def _counters(counts: Mapping[str, int]) -> Iterator[str]:
    for name, number in sorted(counts.items()):
        yield f"# TYPE stepgraph_sandbox_{name}_total counter"
        yield f"stepgraph_sandbox_{name}_total {number}"


def _histogram(name: str, text: str, histogram: Histogram) -> Iterable[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} histogram"
    reached = 0
    for bound, number in zip((*_BUCKETS, "+Inf"), histogram.counts, strict=True):
        reached += number
        yield f'{name}_bucket{{le="{bound}"}} {reached}'
    yield f"{name}_sum {histogram.total:.6f}"
    yield f"{name}_count {reached}"

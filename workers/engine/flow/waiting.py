"""Steps of one job that wait for a signal or a moment, as long as its owner holds it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.catalog.steps import StepFailed, Wait
from backend.common.json import JSON
from backend.jobs import waits
from workers.engine.base import clock
from workers.engine.flow.activity import Activity

CHILD = waits.CHILD
RETRY = "retry"  # the signal of a failed step that is tried again: nobody delivers it
_LONGEST = 3650 * 86_400.0  # seconds; what waits without an end is looked at again every ten years


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that waits, with the moments when its wait, or its time limit, is over."""

    activity: Activity
    wait: Wait
    ends: float  # monotonic; infinite without an end
    limit: float

    @property
    def due(self) -> float:
        """The moment to go on without a delivery."""
        return min(self.ends, self.limit)

    def timeout(self) -> StepFailed | None:
        """The failure, if the step's time limit comes before the end of its wait."""
        if self.limit > self.ends:
            return None
        seconds = self.activity.node.step.timeout
        return StepFailed(f"It waited longer than its time limit of {seconds:g} seconds.", error_type="timeout")


class Waits:
    """All waiting steps of a job, by path."""

    def __init__(self) -> None:
        self._items: dict[str, Waiting] = {}

    def __bool__(self) -> bool:
        return bool(self._items)

    def __iter__(self) -> Iterator[Waiting]:
        return iter(list(self._items.values()))

    def add(self, activity: Activity, wait: Wait) -> None:
        """A step begins to wait, or is found waiting."""
        now, limit = clock.now(), activity.limit_at()
        self._items[activity.path] = Waiting(activity, wait, _monotonic(wait.until, now), _monotonic(limit, now))

    def pop(self, path: str) -> Waiting | None:
        """The step does not wait any more."""
        return self._items.pop(path, None)

    def due(self) -> list[Waiting]:
        """What is to go on by time alone; it stays until it is popped."""
        now = time.monotonic()
        return [waiting for waiting in self._items.values() if waiting.due <= now]

    def take(self, wanted: Callable[[Activity], bool]) -> list[Activity]:
        """Takes out what fits."""
        paths = [path for path, waiting in self._items.items() if wanted(waiting.activity)]
        return [self._items.pop(path).activity for path in paths]

    def seconds(self) -> float:
        """Until the first is due; infinite without any."""
        return max(0.0, min((waiting.due for waiting in self._items.values()), default=math.inf) - time.monotonic())


def _monotonic(moment: datetime | None, now: datetime) -> float:
    return math.inf if moment is None else time.monotonic() + (moment - now).total_seconds()


def aside_of(wait: Wait) -> dict[str, JSON]:
    """What is kept of a wait with the step run, to show it and to take it over."""
    until = wait.until.astimezone(UTC).isoformat() if wait.until else None
    return {"wait": {"reason": wait.reason, "signal": wait.signal, "until": until, "data": dict(wait.data)}}


def from_aside(aside: Mapping[str, JSON] | None) -> Wait | None:
    """The wait that was kept."""
    kept = (aside or {}).get("wait")
    if kept is None:
        return None
    until = datetime.fromisoformat(kept["until"]) if kept["until"] else None
    return Wait(kept["reason"], until=until, signal=kept["signal"], data=kept["data"])


def for_retry(activity: Activity, *, seconds: float) -> Wait:
    """The wait between two tries of a failed step."""
    reason = f"“{activity.node.name}” failed and is tried again (attempt {len(activity.attempts) + 1})"
    return Wait(reason, until=clock.now() + timedelta(seconds=seconds), signal=RETRY)


def sleep_seconds(*candidates: float) -> float:
    """How long a job may sleep at most: to the first of several moments."""
    return min(*candidates, _LONGEST)


def in_words(reasons: list[str]) -> str:
    """Why a job waits, in one line."""
    first = reasons[0] if reasons else ""
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return first[: 200 - len(more)] + more

"""The loop that fires schedules at their time."""

from __future__ import annotations

import threading
from datetime import datetime

from backend.triggers.selectors import schedules as selectors
from backend.triggers.services import firing
from workers import background

_LOOK_SECONDS = 0.25  # so often it looks for schedules that were made or changed meanwhile
_REST_SECONDS = 1.0  # after a fault, or without a database


def run(stopping: threading.Event) -> None:
    """Fires whatever is due, at its very time, until told to stop."""
    while not stopping.is_set():
        stopping.wait(_turn())


def _turn() -> float:
    """One look; answers for how many seconds nothing is due."""
    with background.turn("schedules"):
        while firing.fire_due() == firing.BATCH:
            pass  # there may be more
        if selectors.anything_queued():
            firing.queue_advance()
        return wait_for(selectors.next_fire_at(), now=selectors.clock())
    return _REST_SECONDS


def wait_for(fire_at: datetime | None, *, now: datetime) -> float:
    """Until the next time, but not longer than a look."""
    if fire_at is None:
        return _LOOK_SECONDS
    return min(max((fire_at - now).total_seconds(), 0.0), _LOOK_SECONDS)

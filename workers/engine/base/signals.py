"""How a running job learns that it should stop: cancelled, out of time, or no longer ours."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


class Flag:
    """Like `threading.Event`, for what nobody waits for: those would cost a job more than all that is asked of them."""

    __slots__ = ("_is_set",)

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """From now on it is set."""
        self._is_set = True

    def clear(self) -> None:
        """From now on it is not."""
        self._is_set = False

    def is_set(self) -> bool:
        """Whether it is."""
        return self._is_set


@dataclass(slots=True)
class Signals:
    """Set by the host's heartbeat and by checkpoints, read by steps every now and then."""

    beating: Callable[[], bool] = lambda: True  # whether the worker's heartbeat is in time
    cancel: Flag = field(default_factory=Flag)
    lost: Flag = field(default_factory=Flag)  # the lease is gone or in doubt: start nothing
    leave: Flag = field(default_factory=Flag)  # the worker stops: go on elsewhere after this step
    pause: Flag = field(default_factory=Flag)  # start nothing more, and let the job rest
    news: threading.Event = field(default_factory=threading.Event)  # something has arrived for a waiting step
    delivered: int = 0  # what has arrived for waiting steps so far, as the heartbeat saw it
    deadline: float | None = None  # of the job, on the monotonic clock

    def gone(self) -> bool:
        """Whether the job may not be ours any more; the clock knows it before the thread that beats does.

        For good: a step that was stopped by a late heartbeat must not be taken for one that failed once it beats again.
        """
        if not self.beating():
            self.lost.set()
        return self.lost.is_set()

    def remaining(self) -> float:
        """Seconds until the job has used up its time; infinite without a limit."""
        return math.inf if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def timed_out(self) -> bool:
        """Whether the job has used up its time."""
        return self.remaining() <= 0

    def stopped(self) -> bool:
        """Whether to stop, for whatever reason."""
        return self.cancel.is_set() or self.gone() or self.timed_out()

"""How a running job learns that it should stop: cancelled, out of time, or no longer ours."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Signals:
    """Set by the host's heartbeat and by checkpoints, read by steps every now and then."""

    cancel: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)  # the lease is gone or in doubt: start nothing
    leave: threading.Event = field(default_factory=threading.Event)  # the worker stops: go on elsewhere after this step
    deadline: float | None = None  # of the job, on the monotonic clock

    def timed_out(self) -> bool:
        """Whether the job has used up its time."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def stopped(self) -> bool:
        """Whether to stop, for whatever reason."""
        return self.cancel.is_set() or self.lost.is_set() or self.timed_out()

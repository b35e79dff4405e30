"""The database's time in this process, so that workers whose clocks differ agree about when a wait is over.

The heartbeat sets it; in between it goes on with the monotonic clock, so a jump of the wall clock does not matter.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

_anchor: tuple[datetime, float] | None = None  # the database's time, and the monotonic clock at that moment


def set_by(moment: datetime) -> None:
    """The database has just said that it is now this moment."""
    global _anchor  # noqa: PLW0603 one time per process
    _anchor = (moment, time.monotonic())


def now() -> datetime:
    """The time as the database has it; before it was asked, as this machine has it."""
    if _anchor is None:
        return datetime.now(UTC)
    moment, at = _anchor
    return moment + timedelta(seconds=time.monotonic() - at)

"""Clocks that are wrong, and that jump: the database's and the host's for all processes at once, a process's own alone.

The number of seconds lies in memory that forked processes share. Only the monotonic clock stays as it is.
"""

from __future__ import annotations

import datetime
import mmap
import struct
import sys
from typing import Any

_shared = mmap.mmap(-1, 8)  # zero at first


def ahead() -> float:
    """By how many seconds the clock of the host, and of its database, is wrong now."""
    return float(struct.unpack("d", _shared[:8])[0])


def jump(seconds: float) -> None:
    """The clock of the host, and of its database, is set forward, or back."""
    _shared[:8] = struct.pack("d", ahead() + seconds)


def bend(*, own: float = 0.0) -> None:
    """Has this process go by those clocks; its own is wrong by some more seconds."""
    _bend_database()
    _bend_process(own)


def _bend_database() -> None:
    from backend.jobs import sql

    honest = sql.now

    def now(*, plus: str = "") -> str:
        wrong = ahead()
        if not wrong:
            return honest(plus=plus)
        return honest(plus=f"({plus}) + ({wrong!r})" if plus else repr(wrong))

    sql.now = now


def _bend_process(own: float) -> None:
    class Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime.datetime)

    class Wrong(datetime.datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: Any = None) -> datetime.datetime:
            return datetime.datetime.now(tz) + datetime.timedelta(seconds=own + ahead())

    for name, module in list(sys.modules.items()):
        ours = name.startswith(("workers.", "backend.jobs"))
        if ours and module.__dict__.get("datetime") is datetime.datetime:
            module.datetime = Wrong  # type: ignore[attr-defined]

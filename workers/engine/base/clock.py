"""The database's time in this process, so that workers whose clocks differ agree about when a wait is over.

The heartbeat sets it; in between it goes on with the monotonic clock, so a jump of the wall clock does not matter.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

_ahead: int | None = None  # microseconds from the monotonic clock to the database's


def set_by(moment: datetime) -> None:
    """The database has just said that it is now this moment."""
    global _ahead  # noqa: PLW0603 one time per process
    _ahead = (moment - _EPOCH) // _MICROSECOND - _monotonic()


def now() -> datetime:
    """The time as the database has it; before it was asked, as this machine has it."""
    return _EPOCH + timedelta(microseconds=_since_epoch())


def now_text() -> str:
    """The same as `iso` writes it: steps need it so often that making it of a `datetime` would be a tenth of them."""
    second, rest = divmod(_since_epoch(), 1_000_000)
    return f"{_second(second)}.{rest:06d}Z"


def _since_epoch() -> int:
    return time.time_ns() // 1000 if _ahead is None else _monotonic() + _ahead


def _monotonic() -> int:
    return time.monotonic_ns() // 1000


@lru_cache(maxsize=8)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, with microseconds, as the API writes times."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:26] + "Z"

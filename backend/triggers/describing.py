"""A schedule in words, for people. Pure."""

from __future__ import annotations

from datetime import datetime

from cron_descriptor import FormatError, Options, get_description
from cron_descriptor.Exception import MissingFieldError, WrongArgumentError

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def describe(*, kind: str, cron: str, every_seconds: int | None, at: datetime | None, timezone: str) -> str:
    """Such as “At 02:00, Monday through Friday, Europe/Bucharest”."""
    if kind == "interval":
        return f"Every {_duration(every_seconds or 0)}"
    if kind == "once":
        return f"Once, at {at:%Y-%m-%d %H:%M:%S} UTC" if at else "Once"
    return f"{_cron(cron)}, {timezone}"


def _cron(expression: str) -> str:
    options = Options()
    options.use_24hour_time_format = True
    try:
        return str(get_description(expression, options))
    except (FormatError, MissingFieldError, WrongArgumentError):  # it knows fewer forms than we accept
        return expression


def _duration(seconds: int) -> str:
    parts: list[str] = []
    left = seconds
    for size, unit in _UNITS:
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}s" if number > 1 else f"1 {unit}" if parts or left else unit)
    return " ".join(parts)

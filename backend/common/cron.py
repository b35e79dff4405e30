"""Cron expressions of five fields: which are ours, and the one spelling of them. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from croniter import CroniterError, croniter

_FIELDS = 5
_LAST_WEEKDAY = re.compile(r"(?<![A-Za-z0-9])([0-7]|sun|mon|tue|wed|thu|fri|sat)l(?![A-Za-z0-9])", re.IGNORECASE)
_NAMED = re.compile(r"\b(sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b", re.IGNORECASE)
_ALLOWED = re.compile(r"[0-9*,/\-?#Ll ]+")
_ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EXAMPLE = "five fields are expected, such as “0 2 * * *” (02:00 every day)"


@lru_cache(maxsize=2000)
def canonical(text: str) -> str:
    """The expression with single spaces, `@daily` and its like written out, and `5L` as `L5`.

    Raises ValueError with words for a person: unknown letters, other than five fields, or a day that never comes.
    """
    words = _ALIASES.get(text.strip().lower(), text).split()
    if len(words) != _FIELDS:
        raise ValueError(f"not a cron expression; {_EXAMPLE}")
    words[4] = _LAST_WEEKDAY.sub(r"L\1", words[4])
    expression = " ".join(words)
    if not _ALLOWED.fullmatch(_NAMED.sub("0", expression)):
        raise ValueError(f"not a cron expression; {_EXAMPLE}, with names such as MON or JAN, “L” and “#”")
    try:
        croniter(expression, datetime(2024, 1, 1)).get_next(datetime)  # noqa: DTZ001 any moment will do
    except CroniterError as error:
        raise ValueError(f"not a cron expression that ever comes due: {error}") from None
    return expression


def has_every_hour(expression: str) -> bool:
    """Whether the hour field begins with a star: such expressions go by real time, the others by the wall clock."""
    return expression.split()[1].startswith("*")

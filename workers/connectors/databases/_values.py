"""Database values as JSON, without loss."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from backend.common.json import JSON


def as_json(value: object) -> JSON:
    """Dates as ISO text, decimals as numbers (as text where a number would lose digits), bytes as base64."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)  # noqa: PLR0124 NaN
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    for kind, convert in _CONVERTERS.items():
        if isinstance(value, kind):
            return convert(value)
    return str(value)


def _decimal(value: Decimal) -> JSON:
    if not value.is_finite():
        return str(value)
    if value == value.to_integral_value() and abs(value) < Decimal(10) ** 30:
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)


_CONVERTERS: Mapping[type, Callable[..., JSON]] = {
    Decimal: _decimal,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: timedelta.total_seconds,
    UUID: str,
    bytes: lambda value: base64.b64encode(value).decode(),
    bytearray: lambda value: base64.b64encode(value).decode(),
    memoryview: lambda value: base64.b64encode(value).decode(),
}


def parsed(value: JSON) -> JSON:
    """The value of a JSON column that the driver gives as text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value

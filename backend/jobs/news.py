"""What the end of a job tells those who wait for it, so that they need not look: a short text beside the hint."""

from __future__ import annotations

import json
from typing import NamedTuple

from backend.common.json import JSON
from backend.jobs import sql

_MOST = 4_000  # characters; who wants more looks it up


class Seen(NamedTuple):
    """A job at a moment: what it has come to is there once it has ended."""

    status: str
    output: JSON
    response: JSON
    error: JSON


def told(seen: Seen) -> str:
    """The text for a job that has ended so; nothing if it would be long."""
    values = (sql.to_json(value) or "null" for value in seen)
    text = f"[{','.join(values)}]"
    return text if len(text) <= _MOST else ""


def heard(text: bytes) -> Seen | None:
    """What was told, if anything was."""
    return Seen(*json.loads(text)) if text else None

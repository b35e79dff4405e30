"""Ids that sort by the time of their making."""

from __future__ import annotations

from uuid import UUID

import uuid_utils.compat


def uuid7() -> UUID:
    """A new UUIDv7: unique, and ordered by creation, so that indexes stay dense."""
    return uuid_utils.compat.uuid7()


def earliest_id(seconds: float) -> UUID:
    """Ids that are made from a moment on, in Unix seconds, are not smaller than this."""
    return UUID(int=max(0, int(seconds * 1000)) << 80)


def id_read(text: str) -> UUID | None:
    """The id that a path names: as a UUID or as a decimal number, since some clients know only numbers for ids."""
    try:
        return UUID(int=int(text)) if is_number(text) else UUID(text)
    except ValueError:
        return None


def is_number(text: str) -> bool:
    """Whether this is an id as a decimal number. Shorter ones are slugs, or UUIDs without their hyphens."""
    return text.isdecimal() and 37 <= len(text) <= 39


def number_of(id_: UUID) -> str:
    """The same id as a decimal number: text, since JavaScript's numbers are too small for it."""
    return str(id_.int)

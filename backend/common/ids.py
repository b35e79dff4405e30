"""Ids that sort by the time of their making."""

from __future__ import annotations

from uuid import UUID

import uuid_utils.compat


def uuid7() -> UUID:
    """A new UUIDv7: unique, and ordered by creation, so that indexes stay dense."""
    return uuid_utils.compat.uuid7()

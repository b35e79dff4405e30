"""Secrets that we hand out once and keep only as a digest."""

from __future__ import annotations

import hashlib
import secrets

KEY_PREFIX = "sg_"


def new_token() -> str:
    """256 random bits as 43 characters that are safe in addresses."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What we keep. A plain hash is enough for a secret that nobody could guess."""
    return hashlib.sha256(token.encode()).hexdigest()

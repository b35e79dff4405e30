"""The tokens of links: random, signed (so that a made-up one costs no look into the database), kept as a hash."""

from __future__ import annotations

import hashlib
import secrets

from django.core import signing

_signer = signing.Signer(salt="stepgraph.approvals", sep=".")


def make() -> str:
    """A new token."""
    return _signer.sign(secrets.token_urlsafe(24))


def digest(token: str) -> str:
    """What is kept of it; empty for a token that is not one of ours."""
    try:
        _signer.unsign(token)
    except signing.BadSignature:
        return ""
    return hashlib.sha256(token.encode()).hexdigest()

"""Secrets at rest: AES-256-GCM per value, bound to the place that the value belongs to.

A stored value reads `v1.<key id>.<nonce and ciphertext>`. The context (say `organization|webhook id|secret`) is
authenticated with it, so that a value copied into another row does not open there.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT = "v1"
_NONCE = 12  # bytes, as GCM wants


class Undecryptable(Exception):
    """A stored secret cannot be opened."""


def encrypt(text: str, *, keys: Sequence[str], context: str) -> str:
    """Encrypts with the newest (first) of the configured keys."""
    if not keys:
        raise ValueError("No encryption key is configured: set STEPGRAPH_ENCRYPTION_KEYS.")
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_cipher_key(keys[0])).encrypt(nonce, text.encode(), context.encode())
    return f"{_FORMAT}.{key_id(keys[0])}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, keys: Sequence[str], context: str) -> str:
    """Opens what `encrypt` made with any of the keys; raises Undecryptable, which never names the value."""
    known, sealed = _parse(stored)
    key = next((key for key in keys if key_id(key) == known), None)
    if key is None:
        raise Undecryptable(
            f"A secret was encrypted with the key {known}, which STEPGRAPH_ENCRYPTION_KEYS does not hold. "
            "Add that key to the end of the list, or enter the secret again."
        )
    try:
        plain = AESGCM(_cipher_key(key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except InvalidTag:
        raise Undecryptable("A secret was changed in the database or moved to another row. Enter it again.") from None
    return plain.decode()


def key_id(key: str) -> str:
    """A short name of a key that gives nothing of it away."""
    return _derive(key, purpose=b"stepgraph key id", length=4).hex()


def _cipher_key(key: str) -> bytes:
    return _derive(key, purpose=b"stepgraph secrets at rest", length=32)


def _derive(key: str, *, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key.encode())


def _parse(stored: str) -> tuple[str, bytes]:
    try:
        version, known, text = stored.split(".")
        sealed = base64.b64decode(text, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Undecryptable("A stored secret is not in the format of encrypted values. Enter it again.") from None
    if version != _FORMAT or len(sealed) < _NONCE:
        raise Undecryptable("A stored secret is in an unknown format: it may come from a newer Stepgraph.")
    return known, sealed

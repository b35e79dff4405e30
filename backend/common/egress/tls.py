"""TLS of a request: authorities of one's own, and a certificate that says who is calling. Never less than verified."""

from __future__ import annotations

import functools
import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import certifi

from backend.common.egress.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM texts: authorities that are trusted as well, and the client's certificate with its key."""

    authorities: str = ""
    certificate: str = ""
    key: str = field(default="", repr=False)


@functools.lru_cache(maxsize=64)
def context_for(tls: Tls | None) -> ssl.SSLContext:
    """Verifies against the public authorities, those that the system trusts, and the given ones.

    Raises InvalidRequest when a certificate or key cannot be read.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if tls is None:
        return context
    try:
        if tls.authorities:
            context.load_verify_locations(cadata=tls.authorities)
        if tls.certificate:
            with _file(f"{tls.certificate.strip()}\n{tls.key.strip()}\n") as path:
                context.load_cert_chain(path, password=_no_password)
    except (ssl.SSLError, OSError, ValueError) as exc:
        raise InvalidRequest(f"The certificate or its key cannot be used: {_reason(exc)}. Give both as PEM.") from exc
    return context


def _no_password() -> str:
    raise ValueError("the key is protected by a password")


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or str(error)


@contextmanager
def _file(text: str) -> Iterator[str]:
    """Python reads a certificate chain from a file only; this one is readable by us alone and gone at once."""
    handle, path = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        yield path
    finally:
        Path(path).unlink()

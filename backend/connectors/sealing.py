"""Encryption of stored secrets, each bound to its row, and the rotation of the keys.

A value is authenticated with the organisation, the row and (of connectors) the target, so that nobody who can write to
the database moves a secret to a row or a host of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models

from backend.common import crypto
from backend.connectors.models import Connector, Secret

HINT_FROM = 16  # characters; of shorter secrets nothing is shown


def connector_context(row: Connector) -> str:
    """What a connector's secrets are bound to."""
    return f"{row.organization_id}|{row.pk}|connector|{row.target}"


def secret_context(row: Secret) -> str:
    """What a secret's value is bound to."""
    return f"{row.organization_id}|{row.pk}|secret|{','.join(row.allowed_hosts)}"


def seal_connector(row: Connector, secrets: Mapping[str, str]) -> None:
    """Puts these secrets into the row; it is not saved here."""
    row.hints = {path: hint(value) for path, value in secrets.items()}
    row.sealed = _encrypt(json.dumps(dict(secrets)), connector_context(row)) if secrets else ""


def open_connector(row: Connector) -> dict[str, str]:
    """The secret fields by path. Raises crypto.Undecryptable."""
    opened: dict[str, str] = json.loads(_decrypt(row.sealed, connector_context(row))) if row.sealed else {}
    return opened


def seal_secret(row: Secret, value: str) -> None:
    """Puts a value into the row; it is not saved here."""
    row.hint = hint(value)
    row.sealed = _encrypt(value, secret_context(row))


def open_secret(row: Secret) -> str:
    """The value. Raises crypto.Undecryptable."""
    return _decrypt(row.sealed, secret_context(row))


def hint(value: str) -> str:
    """The end of a long secret, by which people tell one from another."""
    return f"…{value[-4:]}" if len(value) >= HINT_FROM else ""


def _encrypt(text: str, context: str) -> str:
    return crypto.encrypt(text, keys=settings.ENCRYPTION_KEYS, context=context)


def _decrypt(stored: str, context: str) -> str:
    return crypto.decrypt(stored, keys=settings.ENCRYPTION_KEYS, context=context)


# --- rotation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of encrypted values."""

    model: type[models.Model]
    field: str
    context: Callable[[Any], str]


sealed_columns: list[SealedColumn] = []
"""Every encrypted column; apps add theirs in `ready()`."""


def rotate(*, dry_run: bool = False) -> Iterator[tuple[SealedColumn, int]]:
    """Encrypts again with the newest key whatever is under an older one; answers how many values that were, by column.

    Running it twice does nothing the second time. Raises crypto.Undecryptable when a key is missing.
    """
    newest = crypto.key_id(settings.ENCRYPTION_KEYS[0])
    for column in sealed_columns:
        yield column, sum(_rotated(column, row, dry_run=dry_run) for row in _rows(column, newest))


def _rows(column: SealedColumn, newest: str) -> Iterator[models.Model]:
    rows = column.model._default_manager.exclude(**{column.field: ""})  # noqa: SLF001 Django's public name for it
    for row in rows.iterator(chunk_size=500):
        if f".{newest}." not in getattr(row, column.field):
            yield row


def _rotated(column: SealedColumn, row: models.Model, *, dry_run: bool) -> bool:
    before = getattr(row, column.field)
    context = column.context(row)
    after = _encrypt(_decrypt(before, context), context)
    same = column.model._default_manager.filter(**{"pk": row.pk, column.field: before})  # noqa: SLF001
    return True if dry_run else bool(same.update(**{column.field: after}))  # somebody may have changed it meanwhile

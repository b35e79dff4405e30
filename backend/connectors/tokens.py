"""What a connector got by signing in: encrypted in its row, bound to it and to its target."""

from __future__ import annotations

import json

import structlog
from django.conf import settings
from django.db.models import QuerySet

from backend.common import crypto
from backend.connectors.models import Connector

logger = structlog.get_logger(__name__)


def context(row: Connector) -> str:
    """What the tokens are bound to."""
    return f"{row.organization_id}|{row.pk}|tokens|{row.target}"


class KeptTokens:
    """The tokens of one connector; each look sees what another process has renewed meanwhile.

    They belong to the target that the connector had when it was opened: they are for no other one.
    """

    def __init__(self, row: Connector) -> None:
        self._id = row.pk
        self._target = row.target
        self._context = context(row)

    def load(self) -> str:
        """The text kept last; empty if there is none, or none that opens any more."""
        sealed = self._row().values_list("sealed_tokens", flat=True).first()
        if not sealed:
            return ""
        try:
            return crypto.decrypt(sealed, keys=settings.ENCRYPTION_KEYS, context=self._context)
        except crypto.Undecryptable as error:
            logger.warning("tokens of a connector cannot be opened", connector=str(self._id), reason=str(error))
            return ""

    def texts(self) -> tuple[str, ...]:
        """What in it must be masked."""
        text = self.load()
        values = json.loads(text).values() if text else ()
        return tuple(value for value in values if isinstance(value, str) and value)

    def save(self, text: str) -> None:
        """Keeps this from now on, unless the connector goes elsewhere meanwhile."""
        sealed = crypto.encrypt(text, keys=settings.ENCRYPTION_KEYS, context=self._context)
        self._row().update(sealed_tokens=sealed)

    def _row(self) -> QuerySet[Connector]:
        """The connector, as long as it goes where it went."""
        return Connector.objects.filter(pk=self._id, target=self._target)

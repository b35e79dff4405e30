"""What a connector got by signing in: encrypted in its row, bound to it and to its target."""

from __future__ import annotations

import json
from uuid import UUID

import structlog
from django.conf import settings

from backend.common import crypto
from backend.connectors.models import Connector

logger = structlog.get_logger(__name__)


def context(row: Connector) -> str:
    """What the tokens are bound to."""
    return f"{row.organization_id}|{row.pk}|tokens|{row.target}"


class KeptTokens:
    """The tokens of one connector; each look sees what another process has renewed meanwhile."""

    def __init__(self, connector_id: UUID) -> None:
        self._id = connector_id

    def load(self) -> str:
        """The text kept last; empty if there is none, or none that opens any more."""
        row = Connector.objects.filter(pk=self._id).first()
        if row is None or not row.sealed_tokens:
            return ""
        try:
            return crypto.decrypt(row.sealed_tokens, keys=settings.ENCRYPTION_KEYS, context=context(row))
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
        row = Connector.objects.get(pk=self._id)
        sealed = crypto.encrypt(text, keys=settings.ENCRYPTION_KEYS, context=context(row))
        Connector.objects.filter(pk=self._id, target=row.target).update(sealed_tokens=sealed)

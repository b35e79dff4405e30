"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """The app."""

    name = "backend.connectors"
    label = "connectors"

    def ready(self) -> None:
        """Tells the rotation of keys which columns are encrypted, and errands what they can be."""
        from backend.connectors import browsing, errands, signing_in, testing, tokens
        from backend.connectors.models import Connector, Secret
        from backend.connectors.sealing import SealedColumn, connector_context, sealed_columns, secret_context

        sealed_columns.append(SealedColumn(Connector, "sealed", connector_context))
        sealed_columns.append(SealedColumn(Connector, "sealed_tokens", tokens.context))
        sealed_columns.append(SealedColumn(Secret, "sealed", secret_context))
        errands.works[testing.SAVED] = testing.do_saved
        errands.works[testing.CANDIDATE] = testing.do_candidate
        errands.works[browsing.TABLES] = browsing.do_tables
        errands.works[signing_in.SIGN_IN] = signing_in.do_sign_in

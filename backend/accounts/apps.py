"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app of people, organisations and keys."""

    name = "backend.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Registers the ways of signing in with the OpenAPI document."""
        from backend.accounts import openapi  # noqa: F401 it registers by being imported

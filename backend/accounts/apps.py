"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app of people, organisations and keys."""

    name = "backend.accounts"
    label = "accounts"

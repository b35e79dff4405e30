"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class AiConfig(AppConfig):
    """The app."""

    name = "backend.ai"
    label = "ai"

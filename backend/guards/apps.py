"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class GuardsConfig(AppConfig):
    name = "backend.guards"
    label = "guards"

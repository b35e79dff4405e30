"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """The app."""

    name = "backend.workflows"
    label = "workflows"

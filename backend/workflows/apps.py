"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """The app."""

    name = "backend.workflows"
    label = "workflows"

    def ready(self) -> None:
        """Tells which workflows use a connector or secret: connectors stand below and do not know them."""
        from backend.connectors import usage
        from backend.workflows import resources

        usage.finders.append(resources.users)

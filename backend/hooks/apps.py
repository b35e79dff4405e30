"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "backend.hooks"
    label = "hooks"

    def ready(self) -> None:
        """Asks to be told of what happens to jobs, and tells of its secrets."""
        from backend.connectors.sealing import SealedColumn, sealed_columns
        from backend.hooks import of_jobs
        from backend.hooks.models import Hook
        from backend.hooks.services import secret_context
        from backend.jobs import listeners

        listeners.event_listeners.append(listeners.EventListener(of_jobs.wants, of_jobs.job_events))
        sealed_columns.append(SealedColumn(Hook, "secret", secret_context))

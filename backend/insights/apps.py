"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "backend.insights"
    label = "insights"

    def ready(self) -> None:
        """Asks to be told of the end of jobs: they stand below and do not know this app."""
        from backend.insights import alerting
        from backend.jobs import listeners

        listeners.end_listeners.append(listeners.Concerned(alerting.IS_LIMITED, alerting.job_ended))

"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    name = "backend.outgoing"
    label = "outgoing"

    def ready(self) -> None:
        """Asks to be told of what happens to jobs: they stand below and do not know this app."""
        from backend.jobs import listeners
        from backend.outgoing import error_workflows, outbox

        listeners.end_listeners.append(listeners.OfFailures(error_workflows.job_ended))
        listeners.event_listeners.append(listeners.EventListener(outbox.wants, outbox.job_events))

"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "backend.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Asks to be told of steps that wait for people, and of jobs that end: jobs do not know approvals."""
        from backend.approvals.services import opening, upkeep
        from backend.jobs.services import end_listeners, wait_listeners

        wait_listeners.append(opening.step_waits)
        end_listeners.append(upkeep.job_ended)

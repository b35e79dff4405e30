"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "backend.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Asks to be told of steps that wait for people, and of jobs that end: jobs do not know approvals."""
        from backend.approvals.services import opening, upkeep
        from backend.jobs.listeners import Concerned, end_listeners, wait_listeners

        wait_listeners.append(opening.step_waits)
        end_listeners.append(Concerned(upkeep.PEOPLE_ARE_ASKED, upkeep.job_ended))

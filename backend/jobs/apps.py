"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "backend.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Adds the command that runs a file, advice on documents, and what follows the end of a job."""
        from backend.jobs import admission, listeners
        from backend.jobs.cli import Run
        from backend.jobs.sandbox import missing_languages
        from backend.workflows import cli, resources

        listeners.end_listeners.append(listeners.Concerned(admission.SOMEBODY_WAITS, admission.job_ended))
        cli.subcommands["run"] = Run()
        resources.advisers.append(missing_languages)

"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "backend.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Adds the command that runs a file, and advice on documents: workflows below do not know of jobs."""
        from backend.jobs.cli import Run
        from backend.jobs.sandbox import missing_languages
        from backend.workflows import cli, resources

        cli.subcommands["run"] = Run()
        resources.advisers.append(missing_languages)

"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "backend.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Adds the command that runs a file: workflows stand below jobs and do not know them."""
        from backend.jobs.cli import Run
        from backend.workflows import cli

        cli.subcommands["run"] = Run()

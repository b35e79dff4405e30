"""`manage.py up`: everything on one machine, in the foreground."""

from __future__ import annotations

import asyncio

from django.core.management import call_command
from django.core.management.base import BaseCommand

from workers.processes import installation


class Command(BaseCommand):
    """Runs web, live, worker, scheduler and sandbox service as children of this process, until Ctrl-C."""

    help = __doc__ or ""

    def handle(self, *_: object, **__: object) -> None:
        """Brings the database up to date and serves."""
        self.stdout.write("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
        raise SystemExit(asyncio.run(installation.run(self.stdout.write)))

"""`manage.py seed_examples`: the examples as published workflows."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Imports and publishes every workflow of the folder `examples`, and prints the addresses of their webhooks."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--json", action="store_true", help="print data for programs")
        parser.add_argument("--organization", default="", metavar="SLUG", help="needed if there are several")

    def handle(self, *_: object, **options: object) -> None:
        """Examples that are there already get their newest draft published."""
        files = sorted(str(path) for path in (settings.BASE_DIR / "examples").glob("*.yaml"))
        organization = ["--organization", str(options["organization"])] if options["organization"] else []
        flags = ["--json"] if options["json"] else []
        call_command("workflow", "import", *files, "--publish", *flags, *organization, stdout=self.stdout)

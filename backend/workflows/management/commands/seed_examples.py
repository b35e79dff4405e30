"""`manage.py seed_examples`: the examples as published workflows."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from backend.workflows import cli, exchange, templates


class Command(BaseCommand):
    """Imports and publishes every workflow of the folder `examples`, and prints the addresses of their webhooks."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--json", action="store_true", help="print data for programs")
        parser.add_argument("--organization", default="", metavar="SLUG", help="needed if there are several")

    def handle(self, *_: object, **options: object) -> None:
        """Examples that are there already get their newest draft published."""
        connectors = (settings.BASE_DIR / "examples" / "connectors").glob("*.yaml")
        templates.connectors_make(cli.actor_of({"organization": str(options["organization"])}), *sorted(connectors))
        organization = ["--organization", str(options["organization"])] if options["organization"] else []
        flags = ["--json"] if options["json"] else []
        with TemporaryDirectory() as folder:
            files = sorted(str(_importable(one, folder=Path(folder))) for one in templates.templates())
            call_command("workflow", "import", *files, "--publish", *flags, *organization, stdout=self.stdout)


def _importable(template: templates.Template, *, folder: Path) -> Path:
    """Its file; of one that asks for something a copy that is filled in with the defaults."""
    if not template.parameters:
        return settings.BASE_DIR / "examples" / f"{template.slug}.yaml"
    copy = folder / f"{template.slug}.yaml"
    copy.write_text(exchange.exported(templates.filled(template, {}), form="yaml"), encoding="utf-8")
    return copy

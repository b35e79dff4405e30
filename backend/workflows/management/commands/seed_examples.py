"""`manage.py seed_examples`: the examples as published workflows."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from backend.connectors import selectors as connector_selectors
from backend.connectors.services.connectors import connector_create
from backend.workflows import cli
from backend.workflows.format import yaml


class Command(BaseCommand):
    """Imports and publishes every workflow of the folder `examples`, and prints the addresses of their webhooks."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--json", action="store_true", help="print data for programs")
        parser.add_argument("--organization", default="", metavar="SLUG", help="needed if there are several")

    def handle(self, *_: object, **options: object) -> None:
        """Examples that are there already get their newest draft published."""
        make_connectors(settings.BASE_DIR / "examples" / "connectors", organization=str(options["organization"]))
        files = sorted(str(path) for path in (settings.BASE_DIR / "examples").glob("*.yaml"))
        organization = ["--organization", str(options["organization"])] if options["organization"] else []
        flags = ["--json"] if options["json"] else []
        call_command("workflow", "import", *files, "--publish", *flags, *organization, stdout=self.stdout)


def make_connectors(folder: Path, *, organization: str) -> None:
    """The connectors that the examples name, as far as there are none of their slugs yet."""
    actor = cli.actor_of({"organization": organization})
    there = set(connector_selectors.connectors(actor.organization).values_list("slug", flat=True))
    for path in sorted(folder.glob("*.yaml")):
        for values in yaml.load(path.read_text(encoding="utf-8")):
            if values["slug"] not in there:
                connector_create(actor, values=values)

"""`manage.py seed_examples`: the examples as published workflows."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand

from backend.accounts.actor import Actor
from backend.common.json import JSON
from backend.connectors import selectors
from backend.workflows import cli, exchange, templates


class Command(BaseCommand):
    """Imports and publishes every workflow of the folder `examples`, and prints the addresses of their webhooks."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--json", action="store_true", help="print data for programs")
        parser.add_argument("--organization", default="", metavar="SLUG", help="needed if there are several")

    def handle(self, *_: object, **options: object) -> None:
        """Examples that are there already get their newest draft published."""
        actor = cli.actor_of({"organization": str(options["organization"])})
        connectors = (settings.BASE_DIR / "examples" / "connectors").glob("*.yaml")
        templates.connectors_make(actor, *sorted(connectors))
        with TemporaryDirectory() as folder:
            found = sorted(templates.templates(), key=lambda one: one.slug)
            rows = [_seeded(actor, one, folder=Path(folder)) for one in found]
        cli.print_imported(rows, as_json=bool(options["json"]), print=self.stdout.write)


def _seeded(actor: Actor, template: templates.Template, *, folder: Path) -> dict[str, JSON]:
    """What names connectors that are not there, such as those of the demo, stays a draft."""
    there = selectors.connectors(actor.organization).values_list("slug", flat=True)
    needs = sorted(set(template.connectors) - set(there))
    row = cli.imported(actor, str(_importable(template, folder=folder)), publish=not needs)
    return {**row, "file": str(template.file.relative_to(settings.BASE_DIR)), "needs": needs}


def _importable(template: templates.Template, *, folder: Path) -> Path:
    """Its file; of one that asks for something a copy that is filled in with the defaults."""
    if not template.parameters:
        return template.file
    copy = folder / template.file.name
    copy.write_text(exchange.exported(templates.filled(template, {}), form="yaml"), encoding="utf-8")
    return copy

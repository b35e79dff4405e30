"""`manage.py rotate_secrets`: encrypts every stored secret with the newest key, so that older ones can be removed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from backend.connectors.sealing import rotate


class Command(BaseCommand):
    """The command."""

    help = "encrypt all stored secrets with the first of STEPGRAPH_ENCRYPTION_KEYS; then the others can be removed"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Its options."""
        parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if anything is left")
        parser.add_argument("--json", action="store_true", help="print data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Goes over every column of encrypted values."""
        found = {column.model.__name__ + "." + column.field: n for column, n in rotate(dry_run=options["check"])}
        word = "left" if options["check"] else "encrypted again"
        text = json.dumps(found) if options["json"] else "\n".join(f"{name}: {n} {word}" for name, n in found.items())
        self.stdout.write(text)
        if options["check"] and any(found.values()):
            raise SystemExit(1)

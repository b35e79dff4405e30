"""`manage.py create_api_key`: a key for a program, without the browser."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug

from backend.accounts.permissions import SCOPE_ROLES
from backend.accounts.services.api_keys import api_key_issue
from backend.accounts.services.organizations import organization_ensure


class Command(BaseCommand):
    """Prints a new key and nothing else, so that it can be captured: KEY=$(manage.py create_api_key …)."""

    help = "Creates an API key and prints it. It cannot be read again."
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The flags."""
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument("--scope", required=True, choices=list(SCOPE_ROLES))
        parser.add_argument("--organization", default="", metavar="SLUG", help="made if there is none; else the first")
        parser.add_argument("--json", action="store_true", help="print an object instead of the bare key")

    def handle(self, *_: object, **options: Any) -> None:
        """Runs the command."""
        organization = organization_ensure(_slug(options["organization"]))
        key, text = api_key_issue(organization, name=options["name"], role=SCOPE_ROLES[options["scope"]])
        if not options["json"]:
            self.stdout.write(text)
            return
        row = {"id": str(key.id), "key": text, "name": key.name, "scope": options["scope"]}
        self.stdout.write(json.dumps({**row, "organization": organization.slug}))


def _slug(text: str) -> str:
    if text:
        try:
            validate_slug(text)
        except ValidationError as exc:
            raise CommandError(f"“{text}” is no slug: use letters, digits, hyphens and underscores.") from exc
    return text

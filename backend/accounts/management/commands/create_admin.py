"""`manage.py create_admin`: an owner without the first-run page, or a new password for one who lost it."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.services import first_run
from backend.common.errors import AppError


class Command(BaseCommand):
    """Makes a person who owns an organisation; run again, it sets the password and the ownership anew."""

    help = "Creates an owner. The password comes from --password or STEPGRAPH_ADMIN_PASSWORD."
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The flags."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", default="", help="better: the variable STEPGRAPH_ADMIN_PASSWORD")
        parser.add_argument("--organization", default="", metavar="NAME", help="made if there is none of this name")

    def handle(self, *_: object, **options: Any) -> None:
        """Runs the command."""
        password = options["password"] or os.environ.get("STEPGRAPH_ADMIN_PASSWORD", "")
        if not password:
            raise CommandError("Give a password by --password or in STEPGRAPH_ADMIN_PASSWORD.")
        try:
            organization = first_run.owner_ensure(
                email=options["email"], password=password, organization=options["organization"]
            )
        except AppError as exc:
            details = " ".join(f"{problem.message} {problem.hint}" for problem in exc.problems)
            raise CommandError(f"{exc.detail} {details}".strip()) from exc
        self.stdout.write(f"{options['email']} owns {organization.name}.")

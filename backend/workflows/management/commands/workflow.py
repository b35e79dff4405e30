"""`manage.py workflow …`: workflows as files."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.common.errors import AppError
from backend.workflows import cli


class Command(BaseCommand):
    """Runs one of the subcommands; its answer is the exit code."""

    help = "Validates, imports, exports and lists workflows."
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: CommandParser) -> None:
        """One parser for each subcommand."""
        parsers = parser.add_subparsers(dest="subcommand", required=True, metavar="|".join(cli.subcommands))
        for name, subcommand in cli.subcommands.items():
            own = parsers.add_parser(name, help=subcommand.help)
            own.add_argument("--json", action="store_true", help="print data for programs")
            own.add_argument("--organization", default="", metavar="SLUG", help="needed if there are several")
            subcommand.add_arguments(own)

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs it; what a person can mend is printed without a trace."""
        try:
            code = cli.subcommands[options["subcommand"]].run(options, print=self.stdout.write)
        except AppError as error:
            raise CommandError("\n".join([error.detail, *map(cli.problem_text, error.problems)])) from error
        if code:
            sys.exit(code)

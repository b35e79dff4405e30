"""`manage.py web`: the program that answers requests."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from workers.processes import servers


class Command(BaseCommand):
    """Serves the API, the webhooks and the editor."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--socket", type=Path, help="a Unix socket instead of an address")
        parser.add_argument("--address", default="0.0.0.0")  # noqa: S104 a server in a container listens everywhere
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--processes", type=int, default=1)

    def handle(self, *_: object, **options: object) -> None:
        """Serves until it is told to stop."""
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # the file server wants to find it
        servers.web(
            socket=options["socket"],  # type: ignore[arg-type] # argparse made it a path or None
            address=str(options["address"]),
            port=int(str(options["port"])),
            processes=int(str(options["processes"])),
        )

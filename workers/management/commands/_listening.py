"""What the programs that answer requests have in common: where they listen."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class ListeningCommand(BaseCommand):
    """Serves at a socket, or at an address and port, until it is told to stop."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--socket", type=Path, help="a Unix socket instead of an address")
        parser.add_argument("--address", default="0.0.0.0")  # noqa: S104 a server in a container listens everywhere
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *_: object, socket: Path | None, address: str, port: int, **options: Any) -> None:
        """Serves until it is told to stop."""
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # the file server wants to find it
        self.serve(socket, address, port, **options)

    def serve(self, socket: Path | None, address: str, port: int, **options: Any) -> None:
        """The program itself."""
        raise NotImplementedError

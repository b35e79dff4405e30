"""`manage.py web`: the program that answers requests."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from workers.management.commands._listening import ListeningCommand
from workers.processes import servers


class Command(ListeningCommand):
    """Serves the API, the webhooks and the editor."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and with how many processes."""
        super().add_arguments(parser)
        parser.add_argument("--processes", type=int, default=1)

    def serve(self, socket: Path | None, address: str, port: int, *, processes: int = 1, **_: object) -> None:
        """In so many processes."""
        servers.web(socket=socket, address=address, port=port, processes=processes)

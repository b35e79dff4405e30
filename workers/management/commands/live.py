"""`manage.py live`: the program that streams events."""

from __future__ import annotations

from pathlib import Path

from workers.management.commands._listening import ListeningCommand
from workers.processes import servers


class Command(ListeningCommand):
    """Serves the event streams of jobs."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def serve(self, socket: Path | None, address: str, port: int, **_: object) -> None:
        """All of them, for as many clients as come."""
        servers.live(socket=socket, address=address, port=port)

"""`manage.py doctor`: what is well and what is not, and how to mend it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping

from django.conf import settings
from django.core.management.base import BaseCommand

from backend.common.json import JSON
from backend.jobs import checkup, health
from backend.jobs.health import Part
from sandboxes.client import SandboxClient
from sandboxes.errors import SandboxUnavailable


class Command(BaseCommand):
    """Checks database, broker, worker, sandbox, clock and disk, and says how to mend each."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The form of the answer."""
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: object, **options: object) -> None:
        """Prints every part; exits with 1 when one is not well."""
        parts = {part.name: part for part in (*health.parts(), _sandbox(), checkup.clock(), checkup.disk())}
        if options["json"]:
            self.stdout.write(json.dumps({name: part.as_json() for name, part in parts.items()}))
        else:
            for part in parts.values():
                self.stdout.write(f"{'✓' if part.ok else '✗'} {part.name}{': ' + part.detail if part.detail else ''}")
        if not all(part.ok for part in parts.values()):
            raise SystemExit(1)


def _sandbox() -> Part:
    try:
        stats = SandboxClient(settings.STEPGRAPH_SANDBOX_URL).stats()
    except SandboxUnavailable as error:
        return Part("sandbox", ok=False, detail=f"{error} Start it with `manage.py sandbox serve`.")
    return sandbox_part(stats)


def sandbox_part(stats: Mapping[str, JSON]) -> Part:
    """What is well with the sandboxes, and how to mend what is not."""
    down = [host["address"] for host in stats.get("hosts") or () if not host["ok"]]
    missing = [state["detail"] for state in stats["languages"].values() if not state["available"]]
    notes = [str(stats["isolation"]), str(stats["reason"]), *dict.fromkeys(missing)]
    if down:
        notes.append(f"Not answering: {', '.join(down)}. Start the sandbox service there, or take it out of the list.")
    if stats["isolation"] == "docker" and not stats.get("network", {}).get("available"):
        notes.append("Scripts have no network: start the service with `manage.py sandbox serve`.")
    ok = bool(stats["isolation"]) and not down and len(missing) < len(stats["languages"])
    return Part("sandbox", ok=ok, detail=" ".join(note for note in notes if note))

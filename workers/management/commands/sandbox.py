"""`manage.py sandbox serve|build|check`: the service that runs code, its images, and its probes."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from typing import cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sandboxes import build, service
from sandboxes.errors import SandboxError
from sandboxes.runtimes import Kind
from workers.processes.egress import egress_judge

_OPTIONAL = frozenset({"powershell"})  # its interpreter is in no distribution: built where the base image brings it


class Command(BaseCommand):
    """Serves sandboxes, builds their images, or checks that their walls hold."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and for which languages."""
        parser.add_argument("action", choices=["serve", "build", "check"])
        parser.add_argument("languages", nargs="*", help="build: only these")
        parser.add_argument("--base-image", help="build: instead of the public base images (also BASE_IMAGE)")
        parser.add_argument("--network", help="build: the network of the build, such as host")
        parser.add_argument("--json", action="store_true", help="build, check: print JSON")

    def handle(self, *_: object, **options: object) -> None:
        """Does it; exits with 1 when something did not succeed."""
        try:
            self._do(options)
        except SandboxError as error:
            raise CommandError(str(error)) from error

    def _do(self, options: dict[str, object]) -> None:
        if options["action"] == "serve":
            service.serve(
                settings.STEPGRAPH_SANDBOX_URL,
                kind=_kind(),
                walls_only=not settings.DEVELOPMENT,
                judge=egress_judge(settings.STEPGRAPH_EGRESS_ALLOW),
            )
            return
        done = self._build(options) if options["action"] == "build" else self._check()
        if options["json"]:
            self.stdout.write(json.dumps([{"name": name, "ok": ok, "detail": detail} for name, ok, detail in done]))
        else:
            for name, ok, detail in done:
                self.stdout.write(f"{'✓' if ok else '✗'} {name}{': ' + detail if detail else ''}")
        optional = set() if options["languages"] else _OPTIONAL
        if not all(ok for name, ok, _ in done if name not in optional):
            raise SystemExit(1)

    def _build(self, options: dict[str, object]) -> list[tuple[str, bool, str]]:
        base = str(options["base_image"] or "") or os.environ.get("BASE_IMAGE") or None
        network = str(options["network"]) if options["network"] else None
        built = build.build(list(options["languages"]), base_image=base, network=network)  # type: ignore[call-overload] # argparse's list
        return [(item.language, item.ok, item.detail) for item in built]

    def _check(self) -> list[tuple[str, bool, str]]:
        return [(item.name, item.ok, item.detail) for item in build.check(_kind())]


def _kind() -> Kind:
    """The isolation that is asked for; `remote` says where workers look, not what a service does."""
    return "auto" if settings.STEPGRAPH_SANDBOX == "remote" else cast("Kind", settings.STEPGRAPH_SANDBOX)

"""`manage.py demo`: the product with every example ready to run, and stand-ins for everything outside."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import httpx
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backend.accounts.actor import Actor
from backend.accounts.models import Role
from backend.accounts.services.api_keys import api_key_issue, api_key_revoke
from backend.workflows import cli
from workers.demo import report, seeding
from workers.demo.cases import Case, cases, slugs
from workers.demo.comparing import differences
from workers.demo.running import Refused, Runner
from workers.demo.world import World, missing_libraries
from workers.processes import installation

_KEY_LIFE = timedelta(hours=1)


class Command(BaseCommand):
    """`up` serves; `run`, in another terminal, runs every example and says whether it did what it promises."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do."""
        todo = parser.add_subparsers(dest="todo", metavar="up|seed|run")
        todo.add_parser("up", help="serve, with the stand-ins; what happens without a word")
        seed = todo.add_parser("seed", help="only make the connectors, secrets and workflows")
        run = todo.add_parser("run", help="run the examples beside `demo up`; exit code 1 if any differs")
        run.add_argument("examples", nargs="*", metavar="EXAMPLE", help="all, when none is named")
        run.add_argument("--json", action="store_true", help="print data for programs")
        for one in (seed, run):
            one.add_argument("--organization", default="", metavar="SLUG", help="needed if there are several")

    def handle(self, *_: object, **options: object) -> None:
        """Its answer is the exit code."""
        organization = {"organization": str(options.get("organization") or "")}
        match options["todo"]:
            case "run":
                raise SystemExit(self._run(organization, options["examples"], as_json=bool(options["json"])))  # type: ignore[arg-type] # argparse's list
            case "seed":
                self._seed(organization)
            case _:
                raise SystemExit(self._up(organization))

    def _up(self, organization: dict[str, str]) -> int:
        """As `up`, and the egress guard lets the stand-ins through, and nothing else that is private."""
        lacking = missing_libraries()
        if lacking:
            raise CommandError(f"The stand-ins need {', '.join(lacking)}: `make demo` installs what is missing.")
        world = World.of_settings()
        os.environ["STEPGRAPH_EGRESS_ALLOW"] = ",".join([*settings.STEPGRAPH_EGRESS_ALLOW, *world.allowed])
        self.stdout.write("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
        self._seed(organization)
        told = report.places(world)
        return asyncio.run(installation.run(self.stdout.write, beside=[world.program], told=told))

    def _seed(self, organization: dict[str, str]) -> None:
        seeding.seed(cli.actor_of(organization), World.of_settings().places)
        call_command("seed_examples", stdout=self.stdout, **organization)

    def _run(self, organization: dict[str, str], wanted: Sequence[str], *, as_json: bool) -> int:
        unknown = set(wanted) - set(slugs())
        if unknown:
            raise CommandError(f"There is no example {', '.join(sorted(unknown))}. There are: {', '.join(slugs())}")
        todo = [(slug, case) for slug in wanted or slugs() for case in cases(slug)]
        width = max(len(f"{slug}: {case.case}") for slug, case in todo)
        lines = []
        with _clients(cli.actor_of(organization)) as (api, world):
            runner = Runner(api=api, world=world)
            for slug, case in todo:
                lines.append(_line(runner, slug, case))
                if not as_json:
                    self.stdout.write(lines[-1].text(width=width))
        self.stdout.write(json.dumps([line.as_json() for line in lines], indent=2) if as_json else report.sum_of(lines))
        return report.code_of(lines)


def _line(runner: Runner, slug: str, case: Case) -> report.Line:
    """What came of one case; an installation that refuses it is a difference, too."""
    try:
        happened = runner.run(slug, case)
    except Refused as error:
        return report.Line(slug, case.case, case.ends, "refused", [str(error)])
    return report.Line(slug, case.case, case.ends, happened.status, differences(case, happened))


@contextmanager
def _clients(actor: Actor) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """The API, with a key that lives as long as this, and the stand-ins; says so when they are not there."""
    key, text = api_key_issue(
        actor.organization, name="demo run", role=Role.OWNER, expires_at=timezone.now() + _KEY_LIFE
    )
    headers = {"X-API-Key": text}
    try:
        with (
            httpx.Client(base_url=f"http://127.0.0.1:{settings.PORT}", headers=headers, timeout=60) as api,
            httpx.Client(base_url=World.of_settings().web, timeout=60) as world,
        ):
            world.get("/ready").raise_for_status()
            api.get("/health/ready").raise_for_status()
            yield api, world
    except httpx.ConnectError as error:
        message = f"Nothing answers at {error.request.url}. Start it in another terminal: make demo"
        raise CommandError(message) from error
    finally:
        api_key_revoke(actor, key_id=key.pk)

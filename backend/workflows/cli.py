"""The subcommands of `manage.py workflow`. Apps above add theirs to `subcommands` in `ready()`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

from backend.accounts.actor import Actor
from backend.accounts.models import Role
from backend.accounts.services.organizations import organization_ensure
from backend.common.errors import Invalid, NotFound
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.workflows import documents, exchange, selectors, services
from backend.workflows.format import yaml
from backend.workflows.models import Workflow

Print = Callable[[str], Any]
addresses_of: list[Callable[[Workflow], list[str]]] = []
"""What knows the addresses that start a published workflow; apps above add to it in `ready()`."""

Options = Mapping[str, Any]


class Subcommand(Protocol):
    """One word after `manage.py workflow`."""

    help: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Its own arguments, beside `--json` and `--organization`."""

    def run(self, options: Options, *, print: Print) -> int:  # noqa: A002 it takes the place of the builtin
        """Does it; answers the exit code."""


class Validate:
    """Exit code 1 if any file has errors."""

    help: ClassVar[str] = "say what is wrong with files; exit code 1 if anything is"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files."""
        _add_files(parser)

    def run(self, options: Options, *, print: Print) -> int:  # noqa: A002 it takes the place of the builtin
        """Judges each file by itself: one that cannot be read does not hide the others."""
        results = [_judged(name) for name in options["files"]]
        if options["json"]:
            print(json.dumps(results, indent=2, ensure_ascii=False))
        else:
            for result in results:
                _print_report(result, print=print)
        return 0 if all(result["is_valid"] for result in results) else 1


class Import:
    """Files become workflows."""

    help: ClassVar[str] = "make workflows from files, or change the drafts of those with the same slug"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, and what to do besides."""
        _add_files(parser)
        parser.add_argument("--publish", action="store_true", help="publish each one")

    def run(self, options: Options, *, print: Print) -> int:  # noqa: A002 it takes the place of the builtin
        """Stops at the first file that is not valid."""
        actor = actor_of(options)
        rows = [imported(actor, name, publish=bool(options["publish"])) for name in options["files"]]
        print_imported(rows, as_json=bool(options["json"]), print=print)
        return 0


def imported(actor: Actor, name: str, *, publish: bool) -> dict[str, JSON]:
    """Makes or changes the workflow of a file; answers what there is to tell."""
    workflow, is_new = import_file(actor, document=read_file(name), slug=slug_of(name))
    version = services.workflow_publish(workflow, actor=actor).number if publish else None
    addresses = [address for known in addresses_of for address in known(workflow)] if version else []
    return {"file": name, "slug": workflow.slug, "created": is_new, "version": version, "webhooks": addresses}


def print_imported(rows: Sequence[Mapping[str, JSON]], *, as_json: bool, print: Print) -> None:  # noqa: A002 it takes the place of the builtin
    """A line for each, and for each address that starts it."""
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        published = f", published version {row['version']}" if row["version"] else ""
        needs = f", a draft until there are connectors {', '.join(row['needs'])}" if row.get("needs") else ""
        print(f"{row['file']}: {'created' if row['created'] else 'updated'} {row['slug']}{published}{needs}")
        for address in row["webhooks"]:
            print(f"  webhook: {address}")


class Export:
    """Workflows become files."""

    help: ClassVar[str] = "write workflows as YAML, JSON or Mermaid"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, how and where."""
        parser.add_argument("workflows", nargs="*", metavar="SLUG", help="all, when none is named")
        parser.add_argument("--format", choices=list(exchange.CONTENT_TYPES), default="yaml")
        parser.add_argument("--output", default="", metavar="FOLDER", help="one file each, instead of standard output")

    def run(self, options: Options, *, print: Print) -> int:  # noqa: A002 it takes the place of the builtin
        """Prints them, or writes a file each."""
        organization = actor_of(options).organization
        form = "json" if options["json"] else options["format"]
        found = [selectors.workflow_get(organization, key=key) for key in options["workflows"]]
        for workflow in found or selectors.workflows(organization):
            text = exchange.exported(workflow.definition, form=form)
            if options["output"]:
                path = Path(options["output"]) / f"{workflow.slug}.{exchange.FILE_ENDINGS[form]}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
                print(str(path))
            else:
                print(text)
        return 0


class List:
    """What there is."""

    help: ClassVar[str] = "list the workflows"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """None of its own."""

    def run(self, options: Options, *, print: Print) -> int:  # noqa: A002 it takes the place of the builtin
        """One line each."""
        rows = [_row(workflow) for workflow in selectors.workflows(actor_of(options).organization)]
        if options["json"]:
            print(json.dumps(rows, indent=2, ensure_ascii=False))
            return 0
        width = max((len(str(row["slug"])) for row in rows), default=0)
        for row in rows:
            version = f"v{row['version']}" if row["version"] else "–"
            state = row["status"] if row["is_active"] else f"{row['status']}, disabled"
            print(f"{row['slug']:<{width}}  {version:>4}  {state:<20}  {row['name']}")
        return 0


subcommands: dict[str, Subcommand] = {"validate": Validate(), "import": Import(), "export": Export(), "list": List()}


# --- what they share ------------------------------------------------------------------------------------------------


def actor_of(options: Options) -> Actor:
    """Whoever runs the server, as an owner of the organisation named, of the only one, or of the first, made here."""
    if not options["organization"] and not selectors.organizations_exist():
        organization = organization_ensure("")
    else:
        organization = selectors.organization_for_command(options["organization"])
    return Actor(user=None, api_key=None, organization=organization, role=Role.OWNER)


def read_file(name: str) -> JSON:
    """The document in a file of JSON or YAML; `-` is standard input. Raises NotFound or Invalid."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise NotFound(f"{name} cannot be read: {error.strerror}.") from error
    return yaml.load(exchange.text_of(data))


def import_file(actor: Actor, *, document: JSON, slug: str) -> tuple[Workflow, bool]:
    """Makes the workflow of this slug, or changes its draft; answers whether it is new."""
    documents.valid(document)
    existing = selectors.workflows(actor.organization).filter(slug=slug).first()
    if existing is None:
        return services.workflow_import(actor, definition=document, slug=slug), True
    changes = {"definition": document, "draft_revision": existing.draft_revision}
    return services.workflow_update(existing, changes=changes), False


def problem_text(problem: Problem) -> str:
    """A problem on one line."""
    place = f"{problem.path}: " if problem.path else ""
    return f"  {place}{problem.message} {problem.hint}".rstrip()


def _add_files(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON or YAML; - for standard input")


def _judged(name: str) -> dict[str, JSON]:
    try:
        report = documents.report(read_file(name)).as_json()
    except (Invalid, NotFound) as error:
        problems = error.problems or (Problem(error.detail, code="unreadable"),)
        report = {"is_valid": False, "errors": [problem.as_json() for problem in problems], "warnings": []}
    return {"file": name, **report}


def _print_report(result: dict[str, JSON], *, print: Print) -> None:  # noqa: A002 it takes the place of the builtin
    count = len(result["errors"])
    verdict = "valid" if result["is_valid"] else f"{count} error{'s' if count > 1 else ''}"
    print(f"{result['file']}: {verdict}")
    for kind in ("errors", "warnings"):
        for found in result[kind]:
            print(("" if kind == "errors" else "  warning:") + problem_text(Problem(**found)))


def slug_of(name: str) -> str:
    """The slug of the workflow that a file is about; none for standard input."""
    return services.slug_from(Path(name).name.split(".")[0]) if name != "-" else ""


def _row(workflow: Workflow) -> dict[str, JSON]:
    version = workflow.published_version
    return {
        "id": str(workflow.pk),
        "slug": workflow.slug,
        "name": workflow.name,
        "status": getattr(workflow, "status", ""),  # annotated by the selector
        "is_active": workflow.is_active,
        "version": version.number if version else None,
    }

"""What a document names of its organisation: connectors, secrets and variables; and which of them are not there.

It is judged where an organisation is known: when a workflow is validated there or published. A file by itself is valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import TextField
from django.db.models.functions import Cast

from backend import expressions
from backend.accounts.actor import Actor
from backend.accounts.models import Organization
from backend.accounts.permissions import Permission
from backend.catalog.connectors import ConnectorType
from backend.catalog.steps import StepType
from backend.common.errors import Forbidden
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.common.suggest import did_you_mean
from backend.connectors import selectors, usage
from backend.workflows import documents
from backend.workflows import selectors as workflow_selectors
from backend.workflows.errors import InvalidWorkflow
from backend.workflows.format.aliases import normalise
from backend.workflows.models import Workflow
from backend.workflows.validation import Report, names, shape
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Place

_KINDS = {"secrets": "secret", "vars": "variable"}
_WHERE = {"connector": "Connectors", "secret": "Secrets", "variable": "Variables"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A step names something: `kind` is connector, secret or variable."""

    kind: str
    name: str
    path: str
    step: str
    family: str = ""  # of a connector: the one that the step needs


# Apps above add what they know of this installation, such as languages that cannot run here.
advisers: list[Callable[[JSON], Iterable[Problem]]] = []


def report(organization: Organization, document: JSON) -> Report:
    """Everything that is wrong with a document in this organisation, and what would not work in this installation."""
    found = documents.report(document, known=workflow_selectors.slugs(organization))
    warnings = [problem for advise in advisers for problem in advise(document)]
    return replace(
        found, errors=(*found.errors, *missing(organization, document)), warnings=(*found.warnings, *warnings)
    )


def require(actor: Actor, document: JSON) -> None:
    """Raises InvalidWorkflow when something is not there, and Forbidden when the actor may not use what is named."""
    problems = missing(actor.organization, document)
    if problems:
        raise InvalidWorkflow(problems=problems)
    if not actor.may(Permission.CONNECTOR_USE) and any(ref.kind != "variable" for ref in references(document)):
        raise Forbidden("The workflow uses connectors or secrets, which your role does not allow.")


def missing(organization: Organization, document: JSON) -> list[Problem]:
    """What the document names and the organisation does not have."""
    found = list(references(document))
    known = selectors.known_names(organization) if found else {}
    return [problem for ref in found if (problem := _problem(ref, known[ref.kind])) is not None]


def _problem(ref: Reference, known: Mapping[str, str]) -> Problem | None:
    code, place = f"unknown_{ref.kind}", {"path": ref.path, "step": ref.step}
    if ref.name not in known:
        hint = did_you_mean(ref.name, known) or f"Make it under {_WHERE[ref.kind]}."
        return Problem(f"There is no {ref.kind} “{ref.name}” in this organisation.", hint=hint, code=code, **place)
    kind = known[ref.name]
    if ref.family and kind in ConnectorType.registry and ConnectorType.registry.get(kind).family != ref.family:
        hint = f"Name a connector for {ref.family}."
        return Problem(f"The connector “{ref.name}” is of the type {kind}.", hint=hint, code=code, **place)
    return None


def references(document: JSON) -> Iterator[Reference]:
    """What the steps and triggers of a document name, as far as it can be read."""
    yield from _watched(document)
    for place in shape.read(normalise(document), StepType.registry, Findings()).places:
        yield from dict.fromkeys((*_connectors(place), *_names(place)))


def started(document: JSON) -> list[str]:
    """The slugs of the workflows that its steps start."""
    places = shape.read(normalise(document), StepType.registry, Findings()).places
    named = (mark.value for place in places for mark in place.marked if mark.kind == "workflow")
    return list(dict.fromkeys(slug for slug in named if isinstance(slug, str)))


def _watched(document: JSON) -> Iterator[Reference]:
    """The mailboxes that triggers watch; what is switched off may be prepared before its connector is there."""
    triggers = document.get("triggers") if isinstance(document, Mapping) else None
    for index, trigger in enumerate(triggers if isinstance(triggers, list) else ()):
        is_one = isinstance(trigger, Mapping) and trigger.get("type") == "mailbox" and trigger.get("is_active", True)
        if is_one and isinstance(trigger.get("connector"), str):
            yield Reference("connector", trigger["connector"], f"triggers[{index}].connector", "", family="mailbox")


def _connectors(place: Place) -> Iterator[Reference]:
    for mark in place.marked:
        if mark.kind == "connector" and isinstance(mark.value, str):
            path = place.path(f"config.{mark.path}")
            yield Reference("connector", mark.value, path, place.step.id, family=mark.context)


def _names(place: Place) -> Iterator[Reference]:
    for source in names.sources(place):
        for path in _paths(source):
            if path[0] in _KINDS and len(path) > 1:
                yield Reference(_KINDS[path[0]], path[1], place.path(source.path), place.step.id)


def _paths(source: names.Source) -> tuple[tuple[str, ...], ...]:
    try:
        if source.context is None:
            return expressions.compile_expression(source.text).paths
        return expressions.compile_field(source.text, context=source.context).paths
    except expressions.ExpressionError:
        return ()  # validation names it


def users(organization: Organization) -> Iterator[usage.Use]:
    """Which workflows seem to use what, drafts and published versions alike: looked for in their text, to be quick."""
    rows = Workflow.objects.filter(organization=organization, is_hidden=False).annotate(
        draft_text=Cast("definition", TextField()), live_text=Cast("published_version__definition", TextField())
    )
    for row in rows.values("id", "slug", "name", "draft_text", "live_text").iterator(chunk_size=200):
        user = {"kind": "workflow", "id": str(row["id"]), "slug": row["slug"], "name": row["name"]}
        text = f"{row['draft_text'] or ''}\n{row['live_text'] or ''}"
        for kind, name in {*usage.names_in(text), *usage.connectors_in(text)}:
            yield usage.Use(kind, name, user)

"""Ready workflows: the files of the folder `examples`, to begin from.

A file may say below `ui.template` what it asks for: `{category, parameters: [{name, label, default}]}`. Then `{name}`
in its texts stands for what the person gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from backend.accounts.actor import Actor
from backend.accounts.permissions import Permission
from backend.common.errors import Invalid, NotFound
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.connectors import selectors as connector_selectors
from backend.connectors.services.connectors import connector_create
from backend.workflows import resources, selectors, services
from backend.workflows.format import yaml
from backend.workflows.models import Workflow

_EXAMPLES = settings.BASE_DIR / "examples"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A workflow to begin from."""

    slug: str
    definition: dict[str, JSON]
    connectors: list[str]  # the slugs of those that it names

    @property
    def asked(self) -> Mapping[str, JSON]:
        """What its file says of it as a template."""
        ui = self.definition.get("ui")
        said = ui.get("template") if isinstance(ui, dict) else None
        return said if isinstance(said, dict) else {}

    @property
    def parameters(self) -> list[dict[str, str]]:
        """What a person fills in: name, label and default."""
        return [{"label": one["name"], "default": "", **one} for one in self.asked.get("parameters", [])]

    @property
    def needs(self) -> list[str]:
        """Those of them that do not come with it, since they lead outside: it runs once somebody has made them."""
        brought = {values["slug"] for values in _connectors_in([self.connectors_file])}
        return [slug for slug in self.connectors if slug not in brought]

    @property
    def connectors_file(self) -> Path:
        """The connectors that come with it; there need not be any."""
        return _EXAMPLES / "connectors" / f"{self.slug}.yaml"

    @property
    def file(self) -> Path:
        """Where it was read."""
        return _EXAMPLES / f"{self.slug}.yaml"


def templates() -> list[Template]:
    """All of them, by category and name."""
    found = [_template(path.stem, path.stat().st_mtime_ns) for path in sorted(_EXAMPLES.glob("*.yaml"))]
    return sorted(found, key=lambda one: (one.asked.get("order", 50), str(one.definition["name"])))


def template_get(slug: str) -> Template:
    """One by the name of its file; raises NotFound."""
    found = next((one for one in templates() if one.slug == slug), None)
    if found is None:
        raise NotFound(f"There is no template “{slug}”. GET /api/templates/ lists them.")
    return found


@lru_cache(maxsize=200)
def _template(slug: str, changed: int) -> Template:  # noqa: ARG001 a file that changed is read again
    definition = yaml.load((_EXAMPLES / f"{slug}.yaml").read_text(encoding="utf-8"))
    named = {ref.name for ref in resources.references(definition) if ref.kind == "connector"}
    return Template(slug, definition, sorted(named))


@transaction.atomic
def template_use(actor: Actor, template: Template, *, name: str, parameters: Mapping[str, str]) -> Workflow:
    """A new workflow from it, with the connectors and workflows it comes with; raises Invalid, never drops a step."""
    definition = filled(template, parameters)
    if actor.may(Permission.CONNECTOR_MANAGE):
        connectors_make(actor, template.connectors_file)
    _children_make(actor, definition)
    return services.workflow_import(actor, definition=definition, name=name)


def _children_make(actor: Actor, definition: JSON) -> None:
    """The templates that its steps start, under the slugs that they name, as far as there are none of them yet."""
    there = selectors.slugs(actor.organization)
    known = {one.slug: one for one in templates()}
    for slug in resources.started(definition):
        if slug in there or slug not in known:
            continue
        child = filled(known[slug], {})
        _children_make(actor, child)
        made = services.workflow_import(actor, definition=child, slug=slug)
        if not resources.missing(actor.organization, child):
            services.workflow_publish(made, actor=actor)


def filled(template: Template, given: Mapping[str, str]) -> dict[str, JSON]:
    """Its document with what was given, or else the defaults, in place of the placeholders."""
    known = {one["name"] for one in template.parameters}
    problems = [
        Problem(f"This template asks for no “{name}”.", path=f"parameters.{name}", code="unknown")
        for name in given.keys() - known
    ]
    if problems:
        raise Invalid("The template cannot be filled in like this.", problems=problems)
    values = {one["name"]: given.get(one["name"]) or one["default"] for one in template.parameters}
    definition: dict[str, JSON] = _replaced(template.definition, values)
    ui = {key: value for key, value in (definition.get("ui") or {}).items() if key != "template"}
    return {**definition, "ui": ui}


def _replaced(value: JSON, values: Mapping[str, str]) -> JSON:
    """The same with every placeholder of a known parameter filled in, keys of objects included."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), value)
    if isinstance(value, list):
        return [_replaced(one, values) for one in value]
    if isinstance(value, dict):
        return {_replaced(key, values): _replaced(one, values) for key, one in value.items()}
    return value


def connectors_make(actor: Actor, *files: Path) -> None:
    """The connectors of files, as far as there are none of their slugs yet."""
    there = set(connector_selectors.connectors(actor.organization).values_list("slug", flat=True))
    for values in _connectors_in(files):
        if values["slug"] not in there:
            connector_create(actor, values=values)


def _connectors_in(files: Iterable[Path]) -> Iterable[dict[str, JSON]]:
    for path in files:
        if path.exists():
            yield from yaml.load(path.read_text(encoding="utf-8"))

"""Who uses a connector, a secret or a variable. Workflows stand above and tell; connectors using secrets are ours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backend.accounts.models import Organization
from backend.common import crypto
from backend.common.json import JSON
from backend.connectors import sealing
from backend.connectors.models import Connector

Names = dict[tuple[str, str], list[JSON]]


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody names something: `kind` is connector, secret or variable, `name` its slug or key."""

    kind: str
    name: str
    user: dict[str, JSON]  # {kind, id, slug, name}


finders: list[Callable[[Organization], Iterator[Use]]] = []
"""What knows users of one organisation's things; apps above add theirs in `ready()`."""

_TEMPLATE_NAMES = re.compile(r"\b(secrets|vars)(?:\.|\[\s*\\?[\"'])([A-Za-z_][A-Za-z0-9_]*)")
_CONNECTOR_NAMES = re.compile(r'"connectors?"\s*:\s*"([a-z0-9][a-z0-9_-]*)"')
_KINDS = {"secrets": "secret", "vars": "variable"}


def all_uses(organization: Organization) -> Names:
    """The users of everything, by kind and name."""
    found: Names = defaultdict(list)
    for finder in (*finders, _connectors_with_templates):
        for use in finder(organization):
            if use.user not in found[use.kind, use.name]:
                found[use.kind, use.name].append(use.user)
    return found


def uses_of(organization: Organization, *, kind: str, name: str) -> list[JSON]:
    """The users of one thing."""
    return all_uses(organization).get((kind, name), [])


def names_in(text: str) -> Iterator[tuple[str, str]]:
    """The secrets and variables that a text with expressions seems to name, as kind and key."""
    for found in _TEMPLATE_NAMES.finditer(text):
        yield _KINDS[found[1]], found[2]


def connectors_in(text: str) -> Iterator[tuple[str, str]]:
    """The connectors that a definition's text seems to name, as kind and slug."""
    return (("connector", found[1]) for found in _CONNECTOR_NAMES.finditer(text))


def _connectors_with_templates(organization: Organization) -> Iterator[Use]:
    for row in Connector.objects.filter(organization=organization).exclude(sealed=""):
        user = {"kind": "connector", "id": str(row.pk), "slug": row.slug, "name": row.name}
        for value in _values(row):
            yield from (Use(kind, name, user) for kind, name in names_in(value))


def _values(row: Connector) -> list[str]:
    try:
        return [value for value in sealing.open_connector(row).values() if "{{" in value]
    except crypto.Undecryptable:
        return []  # it cannot use anything either

"""Reads connectors, secrets and variables, always through their organisation. Nothing here opens a secret."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from backend.accounts.models import Organization
from backend.catalog.connectors import CircuitBreaker, ConnectorType
from backend.common.errors import NotFound
from backend.common.json import JSON
from backend.connectors.models import Connector, Secret, Variable

K = TypeVar("K", Secret, Variable)


def connectors(organization: Organization, *, family: str = "", type: str = "") -> QuerySet[Connector]:  # noqa: A002 the format's own word
    """The connectors of an organisation by name; of one family or type if asked."""
    found = Connector.objects.filter(organization=organization).order_by("name", "id")
    if family:
        found = found.filter(type__in=[kind.type for kind in ConnectorType.registry if kind.family == family])
    return found.filter(type=type) if type else found


def slugs_of_type(organization_id: UUID, type: str) -> frozenset[str]:  # noqa: A002 the format's own word
    """The slugs of an organisation's connectors of one type."""
    rows = Connector.objects.filter(organization_id=organization_id, type=type)
    return frozenset(rows.values_list("slug", flat=True))


def connector_get(organization: Organization, key: str) -> Connector:
    """One by its id or slug; raises NotFound."""
    found = Connector.objects.filter(_named(key, "slug"), organization=organization).first()
    if found is None:
        raise NotFound(f"There is no connector “{key[:80]}” in this organisation. Check its id or slug.")
    return found


def breaker_of(organization_id: UUID, slug: str) -> CircuitBreaker | None:
    """When calls through a connector are to be held back, if it says so."""
    rows = Connector.objects.filter(organization_id=organization_id, slug=slug)
    options = rows.values_list("config__circuit_breaker", flat=True).first()
    return CircuitBreaker.model_validate(options) if options else None


def secrets(organization: Organization) -> QuerySet[Secret]:
    """The secrets of an organisation by key."""
    return Secret.objects.filter(organization=organization).order_by("key")


def variables(organization: Organization) -> QuerySet[Variable]:
    """The variables of an organisation by key."""
    return Variable.objects.filter(organization=organization).order_by("key")


def secret_get(organization: Organization, key: str) -> Secret:
    """One by its id or key; raises NotFound."""
    return _one(Secret.objects.filter(organization=organization), key, what="secret")


def variable_get(organization: Organization, key: str) -> Variable:
    """One by its id or key; raises NotFound."""
    return _one(Variable.objects.filter(organization=organization), key, what="variable")


def variable_values(organization_id: UUID) -> dict[str, JSON]:
    """What expressions see as `vars`."""
    return dict(Variable.objects.filter(organization_id=organization_id).values_list("key", "value"))


def known_names(organization: Organization) -> dict[str, dict[str, str]]:
    """What workflows can name: `connector` slugs with their types, the keys of `secret`s and `variable`s."""
    return {
        "connector": dict(Connector.objects.filter(organization=organization).values_list("slug", "type")),
        "secret": dict.fromkeys(Secret.objects.filter(organization=organization).values_list("key", flat=True), ""),
        "variable": dict.fromkeys(Variable.objects.filter(organization=organization).values_list("key", flat=True), ""),
    }


def _one(rows: QuerySet[K], key: str, *, what: str) -> K:
    found = rows.filter(_named(key, "key")).first()
    if found is None:
        raise NotFound(f"There is no {what} “{key[:80]}” in this organisation. Check its id or key.")
    return found


def _named(key: str, field: str) -> Q:
    try:
        return Q(pk=UUID(key))
    except ValueError:
        return Q(**{field: key})

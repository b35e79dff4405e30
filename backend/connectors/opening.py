"""Opens connectors and secrets for those who are about to use them: the worker that runs a step, or a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from pydantic import ValidationError

from backend import expressions
from backend.catalog.connectors import ConnectorConfig, ConnectorType, Kept, Outside
from backend.catalog.registry import UnknownType
from backend.common import crypto
from backend.common.json import JSON
from backend.common.suggest import did_you_mean
from backend.connectors import forms, sealing, selectors
from backend.connectors.errors import Unusable
from backend.connectors.models import Connector, Secret
from backend.connectors.tokens import KeptTokens

_TOUCH_EVERY = timedelta(minutes=1)  # a busy connector must not write a row with every call


@dataclass(frozen=True, slots=True)
class Opened:
    """A connector ready for use, and every plain text that must be masked from now on."""

    kind: type[ConnectorType[Any]]
    config: ConnectorConfig
    slug: str
    secrets: tuple[str, ...]
    kept: Kept | None = None  # of a stored connector

    def instance(self, outside: Outside) -> ConnectorType[Any]:
        """The connector itself."""
        return self.kind(self.config, outside=outside, slug=self.slug, kept=self.kept)


@dataclass(frozen=True, slots=True)
class OpenedSecret:
    """A secret's value, and the hosts that it may be sent to (empty: any)."""

    value: str
    allowed_hosts: tuple[str, ...]


def connector_open(organization_id: UUID, slug: str, *, family: str = "") -> Opened:
    """The connector of that slug. Raises Unusable with what is wrong and how to mend it."""
    row = Connector.objects.filter(organization_id=organization_id, slug=slug).first()
    if row is None:
        known = list(Connector.objects.filter(organization_id=organization_id).values_list("slug", flat=True)[:200])
        hint = did_you_mean(slug, known) or "Make it under Connectors."
        raise Unusable(f"There is no connector “{slug[:80]}”. {hint}")
    opened = row_open(row, family=family)
    _touch(Connector, row.pk)
    return opened


def row_open(row: Connector, *, family: str = "") -> Opened:
    """A connector from its row."""
    kind = _kind(row, family=family)
    try:
        stored = sealing.open_connector(row)
    except crypto.Undecryptable as error:
        raise Unusable(f"The connector “{row.slug}” cannot be opened: {error}") from error
    found = opened(kind, row.config, stored, organization_id=row.organization_id, slug=row.slug)
    kept = KeptTokens(row)
    return replace(found, kept=kept, secrets=(*found.secrets, *kept.texts()) if row.sealed_tokens else found.secrets)


def opened(
    kind: type[ConnectorType[Any]],
    public: Mapping[str, JSON],
    stored: Mapping[str, str],
    *,
    organization_id: UUID,
    slug: str,
) -> Opened:
    """A connector from the two parts of its config; templates in its secrets are filled in."""
    target = kind.target(public)
    plain: list[str] = []

    def secret(key: str) -> str:
        found = secret_open(organization_id, key)
        if not host_allowed(found.allowed_hosts, target):
            hosts = ", ".join(found.allowed_hosts)
            raise Unusable(
                f"The secret “{key}” may only be sent to {hosts}, and the connector “{slug}” goes elsewhere."
            )
        plain.append(found.value)
        return found.value

    values = {path: _filled(value, organization_id, secret) for path, value in stored.items()}
    try:
        config = forms.parsed(kind, forms.joined(kind, public, values))
    except ValidationError as error:
        missing = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False))
        raise Unusable(f"The connector “{slug}” is not complete: check {missing}. Enter it again.") from None
    return Opened(kind, config, slug, tuple({*plain, *values.values()}))


def secret_open(organization_id: UUID, key: str) -> OpenedSecret:
    """The secret of that key. Raises Unusable."""
    row = Secret.objects.filter(organization_id=organization_id, key=key).first()
    if row is None:
        known = list(Secret.objects.filter(organization_id=organization_id).values_list("key", flat=True)[:200])
        raise Unusable(f"There is no secret “{key[:80]}”. {did_you_mean(key, known) or 'Make it under Secrets.'}")
    if not row.sealed:
        raise Unusable(f"The secret “{key}” has no value since its hosts were changed. Enter it again.")
    try:
        value = sealing.open_secret(row)
    except crypto.Undecryptable as error:
        raise Unusable(f"The secret “{key}” cannot be opened: {error}") from error
    _touch(Secret, row.pk)
    return OpenedSecret(value, tuple(row.allowed_hosts))


def host_allowed(allowed: tuple[str, ...], target: str) -> bool:
    """Whether a secret may go to a target, which is a host name or holds one as connectors write it."""
    if not allowed:
        return True
    parts = target.lower().split()
    hosts = {*parts, *(part.split("://")[-1].rpartition(":")[0] for part in parts)}
    return any(_fits(host, name) for host in hosts for name in allowed)


def _fits(host: str, name: str) -> bool:
    return host == name or (name.startswith("*.") and host.endswith(name[1:]))


def _kind(row: Connector, *, family: str) -> type[ConnectorType[Any]]:
    try:
        kind = ConnectorType.registry.get(row.type)
    except UnknownType as error:
        raise Unusable(f"The connector “{row.slug}” is of the type “{row.type}”, which this version lacks.") from error
    if family and kind.family != family:
        raise Unusable(f"The connector “{row.slug}” is a {kind.label} connector, and one for {family} is needed here.")
    return kind


def _filled(text: str, organization_id: UUID, secret: Callable[[str], str]) -> str:
    if "{{" not in text:
        return text
    try:
        template = expressions.compile_template(text)
        keys = {path[1] for path in template.paths if path[0] == "secrets" and len(path) > 1}
        names = {"secrets": {key: secret(key) for key in keys}, "vars": selectors.variable_values(organization_id)}
        return str(template.render(names, environment=expressions.Environment(now=timezone.now(), seed="connector")))
    except expressions.ExpressionError as error:
        raise Unusable(f"A template in a secret field of the connector cannot be filled in: {error.message}") from error


def _touch(model: type[Connector | Secret], pk: UUID) -> None:
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _TOUCH_EVERY)
    model.objects.filter(stale, pk=pk).update(last_used_at=now)

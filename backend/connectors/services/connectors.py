"""Changing connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from backend.accounts.actor import Actor
from backend.catalog.connectors import ConnectorType, TestResult
from backend.catalog.registry import UnknownType
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.connectors import forms, sealing, selectors, usage
from backend.connectors.errors import InUse, SlugTaken
from backend.connectors.models import Connector

_SLUG_LENGTH = 60


def kind_of(type: str) -> type[ConnectorType[Any]]:  # noqa: A002 the format's own word
    """The connector type of that name; raises Invalid with a suggestion."""
    try:
        return ConnectorType.registry.get(type)
    except UnknownType as error:
        problem = Problem(str(error), path="type", hint=error.hint, code="unknown_type")
        raise Invalid("There is no such connector type.", problems=[problem]) from error


@transaction.atomic
def connector_create(actor: Actor, *, values: Mapping[str, JSON]) -> Connector:
    """A new connector from the checked fields of the API. Raises Invalid with every problem of its config."""
    kind = kind_of(values["type"])
    row = Connector(
        organization=actor.organization,
        created_by=actor.user,
        type=kind.type,
        name=values["name"],
        description=values.get("description", ""),
        slug=values.get("slug") or _free_slug(actor, name=values["name"]),
    )
    _apply(row, kind, values["config"], old={})
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise SlugTaken from error
    return row


@transaction.atomic
def connector_update(row: Connector, *, values: Mapping[str, JSON]) -> Connector:
    """Changes what is given. Secrets that are not sent stay, unless the target changes: then they are cleared."""
    row = Connector.objects.select_for_update().get(pk=row.pk)
    for name in ("name", "slug", "description"):
        if name in values:
            setattr(row, name, values[name])
    if "config" in values:
        _apply(row, kind_of(row.type), values["config"], old=sealing.open_connector(row))
        row.tested_at, row.test_ok, row.test_message = None, None, ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise SlugTaken from error
    return row


def connector_delete(row: Connector, *, force: bool) -> None:
    """Removes it. Raises InUse when workflows name it, unless forced."""
    users = usage.uses_of(row.organization, kind="connector", name=row.slug)
    if users and not force:
        raise InUse(users)
    row.delete()


def connector_tested(row: Connector, result: TestResult) -> None:
    """Keeps what a test found, for lists."""
    text = f"{result.message} {result.hint}".strip()[:500]
    Connector.objects.filter(pk=row.pk).update(tested_at=timezone.now(), test_ok=result.ok, test_message=text)


def _apply(row: Connector, kind: type[ConnectorType[Any]], config: Mapping[str, JSON], *, old: dict[str, str]) -> None:
    """Puts a whole config into the row: its public part, and the secrets that are sent or stay."""
    public, new = forms.split(kind, config)
    target = kind.target(public)
    moved = bool(row.target) and target != row.target
    secrets = forms.merged(new, {} if moved else old)
    cleared = frozenset(old) - frozenset(secrets) if moved else frozenset[str]()
    found = forms.problems(kind, forms.joined(kind, public, secrets), cleared=cleared)
    if found:
        raise Invalid("The connector's settings are not valid.", problems=found)
    row.config, row.target = public, target
    row.sealed_tokens = "" if moved else row.sealed_tokens
    sealing.seal_connector(row, secrets)


def _free_slug(actor: Actor, *, name: str) -> str:
    base = slugify(name)[: _SLUG_LENGTH - 5].strip("-_") or "connector"
    rows = selectors.connectors(actor.organization).filter(slug__startswith=base)
    taken = set(rows.values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)

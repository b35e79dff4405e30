"""Changing secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.actor import Actor
from backend.common.json import JSON
from backend.connectors import sealing, usage
from backend.connectors.errors import InUse, KeyTaken
from backend.connectors.models import Secret


@transaction.atomic
def secret_set(actor: Actor, *, key: str, value: str, values: Mapping[str, JSON]) -> tuple[Secret, bool]:
    """A new secret, or a new value for the one of this key; answers whether it is new."""
    row = Secret.objects.select_for_update().filter(organization=actor.organization, key=key).first()
    if row is not None:
        return secret_update(row, values={**values, "value": value}), False
    return secret_create(actor, key=key, value=value, values=values), True


def secret_create(actor: Actor, *, key: str, value: str, values: Mapping[str, JSON]) -> Secret:
    """A new secret; raises KeyTaken, and leaves the one of this key as it is."""
    row = Secret(organization=actor.organization, created_by=actor.user, key=key, changed_at=timezone.now())
    row.description = values.get("description", "")
    row.allowed_hosts = _hosts(values.get("allowed_hosts", []))
    sealing.seal_secret(row, value)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise KeyTaken from error
    return row


@transaction.atomic
def secret_update(row: Secret, *, values: Mapping[str, JSON]) -> Secret:
    """Changes what is given. Hosts that were not allowed before clear the value, unless it is sent along."""
    row = Secret.objects.select_for_update().get(pk=row.pk)
    value = values.get("value")
    if "allowed_hosts" in values:
        value = _with_hosts(row, _hosts(values["allowed_hosts"]), value)
    row.description = values.get("description", row.description)
    if value:
        sealing.seal_secret(row, value)
        row.changed_at = timezone.now() if values.get("value") else row.changed_at
    row.save()
    return row


def _with_hosts(row: Secret, hosts: list[str], value: str | None) -> str | None:
    """Sets the hosts; answers the value to be sealed for them: the new one, or the old one where no host was added."""
    wider = (bool(row.allowed_hosts) and not hosts) or bool(row.allowed_hosts and set(hosts) - set(row.allowed_hosts))
    old = sealing.open_secret(row) if row.sealed and not value and not wider else None
    row.allowed_hosts = hosts
    row.sealed, row.hint = "", ""
    return value or old


def secret_delete(row: Secret, *, force: bool) -> None:
    """Removes it. Raises InUse when something names it, unless forced."""
    users = usage.uses_of(row.organization, kind="secret", name=row.key)
    if users and not force:
        raise InUse(users)
    row.delete()


def _hosts(hosts: Sequence[str]) -> list[str]:
    return sorted({host.strip().lower().rstrip(".") for host in hosts if host.strip()})

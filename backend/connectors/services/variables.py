"""Changing variables."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from backend.accounts.actor import Actor
from backend.common.json import JSON
from backend.connectors import usage
from backend.connectors.errors import InUse, KeyTaken
from backend.connectors.models import Variable


@transaction.atomic
def variable_create(actor: Actor, *, values: Mapping[str, JSON]) -> Variable:
    """A new variable; raises KeyTaken."""
    row = Variable(organization=actor.organization, created_by=actor.user, **values)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise KeyTaken from error
    return row


def variable_update(row: Variable, *, values: Mapping[str, JSON]) -> Variable:
    """Changes what is given; jobs that start from now on see it."""
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(update_fields=[*values, "updated_at"])
    except IntegrityError as error:
        raise KeyTaken from error
    return row


def variable_delete(row: Variable, *, force: bool) -> None:
    """Removes it. Raises InUse when something names it, unless forced."""
    users = usage.uses_of(row.organization, kind="variable", name=row.key)
    if users and not force:
        raise InUse(users)
    row.delete()

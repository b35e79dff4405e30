"""Organisations: made by their first owner."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify

from backend.accounts.models import Membership, Organization, Role, User

DEFAULT_SLUG = "default"  # of the organisation for keys that are made before the first run


@transaction.atomic
def organization_create(*, name: str, slug: str = "", owner: User | None) -> Organization:
    """A new organisation; without a slug one is made from the name."""
    organization = Organization(name=name.strip(), slug=slug or slugify(name)[:60])
    organization.full_clean()
    organization.save()
    if owner is not None:
        Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
    return organization


def organization_rename(organization: Organization, *, name: str) -> Organization:
    """Changes what people call it."""
    organization.name = name.strip()
    organization.full_clean()
    organization.save(update_fields=["name"])
    return organization


def organization_ensure(slug: str) -> Organization:
    """The organisation of this slug, made if there is none; without a slug the oldest one."""
    found = Organization.objects.filter(slug=slug) if slug else Organization.objects.order_by("created_at", "id")
    return found.first() or organization_create(name=slug or "Default", slug=slug or DEFAULT_SLUG, owner=None)

"""Makes the people and things that tests are about, through the product's own services."""

from __future__ import annotations

from backend.accounts.models import Membership, Organization, User
from backend.accounts.permissions import SCOPE_ROLES
from backend.accounts.services import api_keys, organizations, people

PASSWORD = "sunny violin harbour 7"


def make_user(name: str) -> User:
    """A person with the address name@example.com and PASSWORD."""
    return people.user_create(email=f"{name}@example.com", name=name.title(), password=PASSWORD)


def make_organization(slug: str, *, owner: User | None = None) -> Organization:
    """An organisation."""
    return organizations.organization_create(name=slug.title(), slug=slug, owner=owner)


def make_member(organization: Organization, user: User, *, role: str) -> Membership:
    """A person's place in an organisation."""
    return Membership.objects.create(organization=organization, user=user, role=role)


def make_api_key(organization: Organization, *, scope: str = "admin", name: str = "Key") -> str:
    """The text of a new key."""
    return api_keys.api_key_issue(organization, name=name, role=SCOPE_ROLES[scope])[1]

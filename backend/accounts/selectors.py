"""Reading accounts: every answer is limited to what the asker can see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from backend.accounts.actor import Actor
from backend.accounts.models import ApiKey, Invite, Membership, Organization, Role, User
from backend.common import errors


def actor_of(*, user: User | None, api_key: ApiKey | None, organization: str) -> Actor | None:
    """Who acts where: in the key's organisation, in the one asked for by id or slug, else in the person's first.

    Raises NotFound for an organisation that the person or key does not belong to; None for a person without any.
    """
    if api_key is not None:
        return _actor_of_key(api_key, asked=organization)
    if user is None:
        return None
    memberships = Membership.objects.filter(user=user).select_related("organization").order_by("created_at", "id")
    if organization:
        memberships = memberships.filter(_organization_named(organization))
    membership = memberships.first()
    if membership is None and organization:
        raise errors.NotFound(_no_such_organization(organization))
    if membership is None:
        return None
    return Actor(user=user, api_key=None, organization=membership.organization, role=membership.role)


def _actor_of_key(api_key: ApiKey, *, asked: str) -> Actor:
    own = api_key.organization
    if asked and asked.lower() not in {str(own.id), own.slug}:
        raise errors.NotFound(_no_such_organization(asked))
    return Actor(user=None, api_key=api_key, organization=own, role=api_key.role)


def _organization_named(text: str) -> Q:
    try:
        return Q(organization_id=UUID(text))
    except ValueError:
        return Q(organization__slug=text)


def _no_such_organization(text: str) -> str:
    return f"You belong to no organisation “{text[:80]}”. Check the header X-Organization-ID."


def organizations_of(actor: Actor) -> QuerySet[Organization]:
    """The organisations that the actor belongs to."""
    if actor.user is None:
        return Organization.objects.filter(pk=actor.organization.pk)
    return Organization.objects.filter(memberships__user=actor.user).order_by("created_at", "id")


def memberships_of(user: User) -> QuerySet[Membership]:
    """All memberships of a person, oldest first."""
    return Membership.objects.filter(user=user).select_related("organization").order_by("created_at", "id")


def members(organization: Organization) -> QuerySet[Membership]:
    """The people of an organisation."""
    return Membership.objects.filter(organization=organization).select_related("user").order_by("created_at", "id")


def owner_addresses(organization_id: UUID) -> QuerySet[Membership, str]:
    """The e-mail addresses of an organisation's owners."""
    owners = Membership.objects.filter(organization_id=organization_id, role=Role.OWNER, user__is_active=True)
    return owners.order_by("created_at").values_list("user__email", flat=True)


def member_get(organization: Organization, *, member_id: UUID) -> Membership:
    """One membership; NotFound outside the organisation."""
    member = members(organization).filter(pk=member_id).first()
    if member is None:
        raise errors.NotFound
    return member


def invites(organization: Organization) -> QuerySet[Invite]:
    """The invitations that nobody has accepted yet."""
    return Invite.objects.filter(organization=organization, accepted_at=None).order_by("created_at", "id")


def api_keys(organization: Organization) -> QuerySet[ApiKey]:
    """The keys of an organisation that are not revoked."""
    keys = ApiKey.objects.filter(organization=organization, revoked_at=None)
    return keys.select_related("created_by").order_by("-created_at", "-id")

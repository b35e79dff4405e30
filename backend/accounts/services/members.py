"""Members: added, invited, promoted, removed. An organisation always keeps an owner."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from backend.accounts import selectors, tokens
from backend.accounts.actor import Actor
from backend.accounts.errors import LastOwner
from backend.accounts.models import Invite, Membership, Organization, Role, User
from backend.accounts.permissions import may_grant
from backend.accounts.services import people
from backend.common import errors
from backend.common.problems import Problem

INVITE_LIFE = timedelta(days=7)


@transaction.atomic
def member_add(actor: Actor, *, email: str, role: str) -> Membership | tuple[Invite, str]:
    """Adds a person who has an account at once; otherwise an invitation with the token of its link."""
    _require_grant(actor, role=role)
    email = people.normal_email(email)
    user = User.objects.filter(email=email).first()
    if user is None:
        return _invite(actor, email=email, role=role)
    member, created = Membership.objects.get_or_create(
        organization=actor.organization, user=user, defaults={"role": role}
    )
    if not created:
        raise errors.Conflict("This person is a member already. Change the role instead.")
    return member


def _invite(actor: Actor, *, email: str, role: str) -> tuple[Invite, str]:
    token = tokens.new_token()
    invite, _ = Invite.objects.update_or_create(  # a second invitation replaces the first, whose link then ends
        organization=actor.organization,
        email=email,
        accepted_at=None,
        defaults={
            "role": role,
            "digest": tokens.digest(token),
            "expires_at": timezone.now() + INVITE_LIFE,
            "created_by": actor.user,
        },
    )
    return invite, token


@transaction.atomic
def member_change_role(actor: Actor, *, member_id: UUID, role: str) -> Membership | Invite:
    """Gives a member, or somebody invited, another role."""
    _require_grant(actor, role=role)
    member = _locked(actor.organization, member_id=member_id)
    if isinstance(member, Membership) and role != Role.OWNER:
        _require_other_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def member_remove(actor: Actor, *, member_id: UUID) -> None:
    """Takes a person out of the organisation, or takes an invitation back."""
    member = _locked(actor.organization, member_id=member_id)
    if isinstance(member, Membership):
        _require_other_owner(member)
    member.delete()


def member_require(actor: Actor, *, member_id: UUID) -> None:
    """Raises NotFound for what is not in the organisation, before anything is said about a request's body."""
    if not selectors.invites(actor.organization).filter(pk=member_id).exists():
        selectors.member_get(actor.organization, member_id=member_id)


def _locked(organization: Organization, *, member_id: UUID) -> Membership | Invite:
    # The lock makes two owners who demote each other at the same time wait for one another.
    Organization.objects.select_for_update().get(pk=organization.pk)
    invite = selectors.invites(organization).filter(pk=member_id).first()
    return invite or selectors.member_get(organization, member_id=member_id)


def _require_other_owner(member: Membership) -> None:
    owners = Membership.objects.filter(organization=member.organization, role=Role.OWNER, user__is_active=True)
    if member.role == Role.OWNER and not owners.exclude(pk=member.pk).exists():
        raise LastOwner


def _require_grant(actor: Actor, *, role: str) -> None:
    if not may_grant(actor.role, role):
        raise errors.Forbidden("You cannot give a role that may do more than your own.")


def invite_get(token: str) -> Invite:
    """The open invitation of a link; NotFound when it is wrong, used or too old."""
    living = Invite.objects.filter(accepted_at=None, expires_at__gt=timezone.now())
    invite = living.filter(digest=tokens.digest(token)).select_related("organization").first()
    if invite is None:
        raise errors.NotFound("This invitation was used, taken back or is too old. Ask for a new one.")
    return invite


def invite_describe(token: str) -> dict[str, object]:
    """What the holder of a link may know about the invitation."""
    invite = invite_get(token)
    return {
        "email": invite.email,
        "role": invite.role,
        "organization": invite.organization,
        "has_account": User.objects.filter(email=invite.email).exists(),
        "expires_at": invite.expires_at,
    }


def invite_accept(request: HttpRequest, *, token: str, name: str, password: str) -> Membership:
    """Makes the person (or recognises one by the password) a member, once, and signs in."""
    invite = invite_get(token)
    if not User.objects.filter(email=invite.email).exists():
        return _accept(request, invite=invite, user=None, name=name, password=password)
    # Outside the transaction: a wrong password must stay counted when the rest is undone.
    user = people.credentials_check(request, email=invite.email, password=password)
    return _accept(request, invite=invite, user=user, name=name, password=password)


@transaction.atomic
def _accept(request: HttpRequest, *, invite: Invite, user: User | None, name: str, password: str) -> Membership:
    if not Invite.objects.filter(pk=invite.pk, accepted_at=None).update(accepted_at=timezone.now()):
        raise errors.NotFound("This invitation was just used.")
    person = user or _new_person(email=invite.email, name=name, password=password)
    member, _ = Membership.objects.get_or_create(
        organization=invite.organization, user=person, defaults={"role": invite.role}
    )
    auth.login(request, person)
    return member


def _new_person(*, email: str, name: str, password: str) -> User:
    if not name.strip():
        raise errors.Invalid(problems=[Problem("Say what others should call you.", path="name")])
    return people.user_create(email=email, name=name, password=password)

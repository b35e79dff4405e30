"""The JSON of accounts, in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from backend.accounts.actor import Actor
from backend.accounts.models import ApiKey, Invite, Membership, Organization, Role, User
from backend.accounts.permissions import SCOPE_ROLES, Permission
from backend.common.serializers import StrictSerializer

_NOT_OF_ROLES = {Permission.PUBLIC, Permission.SIGNED_IN}
_SCOPE_OF_ROLE = {role: scope for scope, role in SCOPE_ROLES.items()}


class PasswordField(serializers.CharField):
    """A password: never trimmed, never shown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, trim_whitespace=False, write_only=True, **options)


class UserSerializer(serializers.ModelSerializer[User]):
    """A person."""

    class Meta:
        model = User
        fields = ("id", "email", "name")


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organisation."""

    class Meta:
        model = Organization
        fields = ("id", "name", "slug")


class OrganizationWithRoleSerializer(OrganizationSerializer):
    """An organisation with the role that the person has in it."""

    role = serializers.ChoiceField(choices=Role.choices)

    class Meta(OrganizationSerializer.Meta):
        fields = ("id", "name", "slug", "role")  # type: ignore[assignment]  # one longer than the parent's


class MeSerializer(serializers.Serializer[Any]):
    """Who is signed in, and what they may do in the organisation in use."""

    user = UserSerializer(allow_null=True)
    organization = OrganizationSerializer(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices, allow_null=True)
    permissions = serializers.ListField(child=serializers.CharField())
    organizations = OrganizationWithRoleSerializer(many=True)


class SessionSerializer(serializers.Serializer[Any]):
    """Whether the browser is signed in."""

    signed_in = serializers.BooleanField()


class SessionStateSerializer(SessionSerializer):
    """Whether the browser is signed in, and as whom: what `/api/users/me/` answers."""

    me = MeSerializer(allow_null=True)


class SetupStateSerializer(serializers.Serializer[Any]):
    """Whether the first run is still to come, and whether it needs the token from the log."""

    needed = serializers.BooleanField()
    token_required = serializers.BooleanField()


class MemberSerializer(serializers.Serializer[Any]):
    """A member, or somebody invited."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    status = serializers.ChoiceField(choices=["active", "invited"])
    invite_url = serializers.URLField(required=False)


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """A key as lists show it: never its text."""

    scope = serializers.SerializerMethodField()
    created_by = serializers.CharField(source="created_by.email", default=None, read_only=True)

    class Meta:
        model = ApiKey
        fields = ("id", "name", "scope", "prefix", "created_by", "created_at", "expires_at", "last_used_at")

    def get_scope(self, key: ApiKey) -> str:
        """The word that people choose."""
        return _SCOPE_OF_ROLE[key.role]


class ApiKeyWithTextSerializer(ApiKeySerializer):
    """A key just made, with its text for this one time."""

    key = serializers.CharField()

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "key")  # type: ignore[assignment]  # one longer than the parent's


class InviteSerializer(serializers.Serializer[Any]):
    """What somebody sees who opens an invitation's link."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    organization = OrganizationSerializer()
    has_account = serializers.BooleanField()
    expires_at = serializers.DateTimeField()


class SignIn(StrictSerializer):
    """What signs a person in."""

    email = serializers.CharField(max_length=254)
    password = PasswordField()


class Setup(StrictSerializer):
    """What the first run asks."""

    email = serializers.EmailField()
    name = serializers.CharField(max_length=150)
    password = PasswordField()
    organization = serializers.CharField(max_length=120)
    token = serializers.CharField(required=False, allow_blank=True, max_length=100, default="")


class UserChange(StrictSerializer):
    """What people may change about themselves."""

    name = serializers.CharField(max_length=150)


class PasswordChange(StrictSerializer):
    """A new password, with the old one as proof."""

    current_password = PasswordField()
    new_password = PasswordField()


class NewOrganization(StrictSerializer):
    """An organisation to make."""

    name = serializers.CharField(max_length=120)
    slug = serializers.SlugField(max_length=60, required=False, allow_blank=True, default="")


class OrganizationChange(StrictSerializer):
    """What its owners may change about an organisation."""

    name = serializers.CharField(max_length=120)


class NewMember(StrictSerializer):
    """Somebody to add."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)


class MemberChange(StrictSerializer):
    """Another role."""

    role = serializers.ChoiceField(choices=Role.choices)


class InviteAnswer(StrictSerializer):
    """Who accepts an invitation; without an account the name is needed."""

    name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    password = PasswordField()


class NewApiKey(StrictSerializer):
    """A key to make."""

    name = serializers.CharField(max_length=120)
    scope = serializers.ChoiceField(choices=sorted(SCOPE_ROLES))
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


def me_json(*, user: User | None, actor: Actor | None, memberships: list[Membership]) -> Any:
    """The answer of `/api/users/me/`."""
    organizations = [{**_organization(each.organization), "role": each.role} for each in memberships]
    if user is None and actor is not None:
        organizations = [{**_organization(actor.organization), "role": actor.role}]
    return MeSerializer(
        {
            "user": user,
            "organization": actor and actor.organization,
            "role": actor and actor.role,
            "permissions": sorted(actor.permissions - _NOT_OF_ROLES) if actor else [],
            "organizations": organizations,
        }
    ).data


def member_json(member: Membership | Invite, *, token: str = "") -> dict[str, Any]:
    """A member, or an invitation with its link if it was just made."""
    if isinstance(member, Membership):
        row = {"email": member.user.email, "name": member.user.name, "status": "active"}
    else:
        row = {"email": member.email, "name": "", "status": "invited"}
    if token:
        row["invite_url"] = f"{settings.STEPGRAPH_BASE_URL.rstrip('/')}/invite/{token}"
    return {"id": str(member.id), "role": member.role, **row}


def _organization(organization: Organization) -> dict[str, Any]:
    return {"id": organization.id, "name": organization.name, "slug": organization.slug}

"""Organisations, members, invitations, keys."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts import selectors, serializers
from backend.accounts.api.session import enforce_csrf
from backend.accounts.permissions import SCOPE_ROLES, Permission
from backend.accounts.services import api_keys, members, organizations
from backend.accounts.views import OrganizationView, PublicView
from backend.common import errors
from backend.common.openapi import page_of


class OrganizationsView(OrganizationView):
    """The organisations of whoever asks."""

    permissions = {"GET": Permission.ORGANIZATION_VIEW, "POST": Permission.ORGANIZATION_MANAGE}

    @extend_schema(responses=page_of(serializers.OrganizationSerializer))
    def get(self, request: Request) -> Response:
        """A page of them."""
        return self.listed(selectors.organizations_of(self.actor), serializers.OrganizationSerializer)

    @extend_schema(request=serializers.NewOrganization, responses={201: serializers.OrganizationSerializer})
    def post(self, request: Request) -> Response:
        """A new one, owned by whoever asks, or by the person who made the key."""
        body = self.validated(serializers.NewOrganization)
        owner = self.actor.api_key.created_by if self.actor.api_key else self.actor.user
        made = organizations.organization_create(name=body["name"], slug=body["slug"], owner=owner)
        return Response(serializers.OrganizationSerializer(made).data, status=201)


class OneOrganizationView(OrganizationView):
    """The organisation in use."""

    permissions = {"PATCH": Permission.ORGANIZATION_MANAGE}

    @extend_schema(request=serializers.OrganizationChange, responses=serializers.OrganizationSerializer)
    def patch(self, request: Request, organization_id: UUID) -> Response:
        """Another name. Its slug stays: commands and headers name it."""
        if organization_id != self.actor.organization.id:
            raise errors.NotFound
        body = self.validated(serializers.OrganizationChange)
        changed = organizations.organization_rename(self.actor.organization, name=body["name"])
        return Response(serializers.OrganizationSerializer(changed).data)


class MembersView(OrganizationView):
    """The people of the organisation."""

    permissions = {"GET": Permission.MEMBER_VIEW, "POST": Permission.MEMBER_MANAGE}

    @extend_schema(responses=page_of(serializers.MemberSerializer))
    def get(self, request: Request) -> Response:
        """Members first, then those invited."""
        organization = self.actor.organization
        rows = [serializers.member_json(member) for member in selectors.members(organization)]
        rows += [serializers.member_json(invite) for invite in selectors.invites(organization)]
        return self.listed(rows, serializers.MemberSerializer)

    @extend_schema(request=serializers.NewMember, responses={201: serializers.MemberSerializer})
    def post(self, request: Request) -> Response:
        """Adds a person with an account at once, and invites anybody else."""
        body = self.validated(serializers.NewMember)
        added = members.member_add(self.actor, email=body["email"], role=body["role"])
        row, token = added if isinstance(added, tuple) else (added, "")
        return Response(serializers.member_json(row, token=token), status=201)


class MemberView(OrganizationView):
    """One member or invitation."""

    permissions = {"PATCH": Permission.MEMBER_MANAGE, "DELETE": Permission.MEMBER_MANAGE}

    @extend_schema(request=serializers.MemberChange, responses=serializers.MemberSerializer)
    def patch(self, request: Request, member_id: UUID) -> Response:
        """Another role."""
        members.member_require(self.actor, member_id=member_id)
        body = self.validated(serializers.MemberChange)
        changed = members.member_change_role(self.actor, member_id=member_id, role=body["role"])
        return Response(serializers.member_json(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, member_id: UUID) -> Response:
        """Removes the member, or takes the invitation back."""
        members.member_remove(self.actor, member_id=member_id)
        return Response(status=204)


class InviteView(PublicView):
    """What the link of an invitation opens; the token in it is the proof."""

    permissions = {"GET": Permission.PUBLIC, "POST": Permission.PUBLIC}

    @extend_schema(responses=serializers.InviteSerializer)
    def get(self, request: Request, token: str) -> Response:
        """Who invites whom."""
        return Response(serializers.InviteSerializer(members.invite_describe(token)).data)

    @extend_schema(request=serializers.InviteAnswer, responses={201: serializers.MemberSerializer})
    def post(self, request: Request, token: str) -> Response:
        """Accepts it, which works once, and signs in."""
        enforce_csrf(request)
        members.invite_get(token)
        body = self.validated(serializers.InviteAnswer)
        member = members.invite_accept(request, token=token, name=body["name"], password=body["password"])
        return Response(serializers.member_json(member), status=201)


class ApiKeysView(OrganizationView):
    """The keys of the organisation."""

    permissions = {"GET": Permission.API_KEY_MANAGE, "POST": Permission.API_KEY_MANAGE}

    @extend_schema(responses=page_of(serializers.ApiKeySerializer))
    def get(self, request: Request) -> Response:
        """A page of them, newest first."""
        return self.listed(selectors.api_keys(self.actor.organization), serializers.ApiKeySerializer)

    @extend_schema(request=serializers.NewApiKey, responses={201: serializers.ApiKeyWithTextSerializer})
    def post(self, request: Request) -> Response:
        """A new key; the answer is the only one that ever holds its text."""
        body = self.validated(serializers.NewApiKey)
        role = SCOPE_ROLES[body["scope"]]
        key, text = api_keys.api_key_create(self.actor, name=body["name"], role=role, expires_at=body["expires_at"])
        return Response({**serializers.ApiKeySerializer(key).data, "key": text}, status=201)


class ApiKeyView(OrganizationView):
    """One key."""

    permissions = {"DELETE": Permission.API_KEY_MANAGE}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        """Revokes it at once."""
        api_keys.api_key_revoke(self.actor, key_id=key_id)
        return Response(status=204)

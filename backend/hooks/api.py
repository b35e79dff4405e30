"""HTTP of hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.json import JSON
from backend.common.pagination import paginated
from backend.hooks import selectors, serializers, services
from backend.jobs.commands import name_of
from backend.workflows import selectors as workflow_selectors


class HookList(OrganizationView):
    """The hooks of the organisation, in the order in which they run."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.HOOK_VIEW, "POST": Permission.HOOK_MANAGE}

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """A page of them."""
        return paginated(request, selectors.hook_list(self.actor.organization), shape=serializers.hook_shown)

    @extend_schema(request=serializers.HookInput, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A new one; of one that sends, the answer shows the secret this once."""
        values = with_workflow(self, self.validated(serializers.HookInput))
        hook, secret = services.hook_create(self.actor.organization, values=values, by=name_of(self.actor))
        shown = serializers.hook_shown(hook)
        return Response({**shown, "secret": secret} if secret else shown, status=201)


class HookDetail(OrganizationView):
    """One hook."""

    permissions: ClassVar[Mapping[str, Permission]] = {
        "GET": Permission.HOOK_VIEW,
        "PATCH": Permission.HOOK_MANAGE,
        "DELETE": Permission.HOOK_MANAGE,
    }

    @extend_schema(responses={200: dict})
    def get(self, request: Request, hook_id: UUID) -> Response:
        """Without its secret."""
        return Response(serializers.hook_shown(selectors.hook_get(self.actor.organization, hook_id)))

    @extend_schema(request=serializers.HookInput(partial=True), responses={200: dict})
    def patch(self, request: Request, hook_id: UUID) -> Response:
        """Changes what is given."""
        hook = selectors.hook_get(self.actor.organization, hook_id)
        values = with_workflow(self, self.validated(serializers.HookInput, partial=True))
        return Response(serializers.hook_shown(services.hook_update(hook, values=values, by=name_of(self.actor))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, hook_id: UUID) -> Response:
        """Removes it."""
        services.hook_delete(selectors.hook_get(self.actor.organization, hook_id), by=name_of(self.actor))
        return Response(status=204)


def with_workflow(view: OrganizationView, values: dict[str, JSON]) -> dict[str, JSON]:
    """The values, with the workflow itself in the place of its name."""
    named = values.get("workflow")
    if not named:
        return values
    return {**values, "workflow": workflow_selectors.workflow_get(view.actor.organization, key=named)}

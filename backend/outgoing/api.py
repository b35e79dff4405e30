"""HTTP of event webhooks: endpoints, what was sent to them, sending it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.pagination import paginated
from backend.outgoing import selectors, serializers, services
from backend.workflows import selectors as workflow_selectors


class EndpointList(OrganizationView):
    """The endpoints of the organisation."""

    permissions: ClassVar[Mapping[str, Permission]] = {
        "GET": Permission.WEBHOOK_VIEW,
        "POST": Permission.WEBHOOK_MANAGE,
    }

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """A page of them."""
        rows = selectors.endpoint_list(self.actor.organization)
        return paginated(request, rows, shape=serializers.endpoint_shown)

    @extend_schema(request=serializers.EndpointInput, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A new one; the answer shows its secret this once."""
        asked = self.validated(serializers.EndpointInput)
        named = asked.pop("workflow")
        workflow = workflow_selectors.workflow_get(self.actor.organization, key=named) if named else None
        endpoint, secret = services.endpoint_create(self.actor.organization, workflow=workflow, **asked)
        return Response({**serializers.endpoint_shown(endpoint), "secret": secret}, status=201)


class EndpointDetail(OrganizationView):
    """One endpoint."""

    permissions: ClassVar[Mapping[str, Permission]] = {
        "GET": Permission.WEBHOOK_VIEW,
        "PATCH": Permission.WEBHOOK_MANAGE,
        "DELETE": Permission.WEBHOOK_MANAGE,
    }

    @extend_schema(responses={200: dict})
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """Without its secret."""
        return Response(serializers.endpoint_shown(selectors.endpoint_get(self.actor.organization, endpoint_id)))

    @extend_schema(request=serializers.EndpointFields(partial=True), responses={200: dict})
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """Changes what is given."""
        endpoint = selectors.endpoint_get(self.actor.organization, endpoint_id)
        values = self.validated(serializers.EndpointFields, partial=True)
        return Response(serializers.endpoint_shown(services.endpoint_update(endpoint, values=values)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Removes it."""
        services.endpoint_delete(selectors.endpoint_get(self.actor.organization, endpoint_id))
        return Response(status=204)


class DeliveryList(OrganizationView):
    """What was sent to an endpoint."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.WEBHOOK_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """The newest first, for thirty days."""
        endpoint = selectors.endpoint_get(self.actor.organization, endpoint_id)
        return paginated(request, selectors.delivery_list(endpoint), shape=serializers.delivery_shown)


class DeliveryRepeat(OrganizationView):
    """Sends an event again."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.WEBHOOK_MANAGE}

    @extend_schema(request=None, responses={202: dict})
    def post(self, request: Request, endpoint_id: UUID, delivery_id: UUID) -> Response:
        """Soon."""
        endpoint = selectors.endpoint_get(self.actor.organization, endpoint_id)
        services.delivery_repeat(selectors.delivery_get(endpoint, delivery_id))
        return Response(serializers.delivery_shown(selectors.delivery_get(endpoint, delivery_id)), status=202)

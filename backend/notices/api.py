"""The HTTP API of messages and channels."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.pagination import paginated
from backend.notices import selectors, serializers, services


class ChannelsView(OrganizationView):
    """By which channels the organisation hears of approvals, alerts and errors."""

    permissions = {"GET": Permission.CONNECTOR_VIEW, "PUT": Permission.CONNECTOR_MANAGE}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """`{channels: [{connector, to}]}`."""
        return Response({"channels": selectors.default_channels(self.actor.organization.id)})

    @extend_schema(request=serializers.ChannelsInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request) -> Response:
        """Names all of them anew."""
        channels = self.validated(serializers.ChannelsInput)["channels"]
        known = services.notification_connectors(self.actor.organization)
        services.channels_set(self.actor.organization.id, channels, known)
        return self.get(request)


class NoticesView(OrganizationView):
    """What was sent, and what was not."""

    permissions = {"GET": Permission.ORGANIZATION_MANAGE}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of them, the newest first."""
        return paginated(request, selectors.notice_list(self.actor.organization), shape=serializers.notice_shown)

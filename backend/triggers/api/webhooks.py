"""HTTP of webhooks, for the people who set them up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.json import JSON
from backend.common.pagination import paginated
from backend.triggers.selectors import webhooks as selectors
from backend.triggers.serializers import webhooks as serializers
from backend.triggers.services import webhooks
from backend.triggers.services.webhooks import Made
from backend.workflows import selectors as workflow_selectors


class WebhookView(OrganizationView):
    """What the views of webhooks share."""

    @property
    def shown(self) -> partial[dict[str, JSON]]:
        """How a webhook is shown: with its address for those who may start jobs."""
        return partial(serializers.webhook_shown, with_url=self.actor.may(Permission.WORKFLOW_RUN))

    def made(self, made: Made, *, status: int = 200) -> Response:
        """The webhook, with its secret when that is new: this is the only time that it is shown."""
        secret = {"secret": made.secret} if made.secret else {}
        return Response({**self.shown(made.webhook), **secret}, status=status)


class WebhookList(WebhookView):
    """The organisation's webhooks."""

    permissions: ClassVar[Mapping[str, Permission]] = {
        "GET": Permission.WEBHOOK_VIEW,
        "POST": Permission.WEBHOOK_MANAGE,
    }

    @extend_schema(parameters=[OpenApiParameter("workflow", str)], responses={200: dict})
    def get(self, request: Request) -> Response:
        """All, or those of one workflow (id or slug)."""
        rows = selectors.webhook_list(self.actor.organization, workflow=request.query_params.get("workflow", ""))
        return paginated(request, rows, shape=self.shown)

    @extend_schema(request=serializers.WebhookInput, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A new address; the answer shows its secret this once."""
        values = self.validated(serializers.WebhookInput)
        workflow = workflow_selectors.workflow_get(self.actor.organization, key=values.pop("workflow"))
        return self.made(webhooks.webhook_create(workflow, values=values), status=201)


class WebhookDetail(WebhookView):
    """One webhook."""

    permissions: ClassVar[Mapping[str, Permission]] = {
        "GET": Permission.WEBHOOK_VIEW,
        "PATCH": Permission.WEBHOOK_MANAGE,
        "DELETE": Permission.WEBHOOK_MANAGE,
    }

    @extend_schema(responses={200: dict})
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """The webhook; its secret is never shown again."""
        return Response(self.shown(selectors.webhook_get(self.actor.organization, webhook_id)))

    @extend_schema(request=serializers.WebhookFields(partial=True), responses={200: dict})
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Changes the fields that are given."""
        webhook = selectors.webhook_get(self.actor.organization, webhook_id)
        values = self.validated(serializers.WebhookFields, partial=True)
        return self.made(webhooks.webhook_update(webhook, values=values))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Removes the address."""
        webhooks.webhook_delete(selectors.webhook_get(self.actor.organization, webhook_id))
        return Response(status=204)


class WebhookRotate(WebhookView):
    """A new address, or a new secret."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.WEBHOOK_MANAGE}

    @extend_schema(request=serializers.WebhookRotation, responses={200: dict})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """The token unless `what` says otherwise."""
        webhook = selectors.webhook_get(self.actor.organization, webhook_id)
        what = self.validated(serializers.WebhookRotation)["what"]
        return self.made(webhooks.webhook_rotate(webhook, what=what, now=timezone.now()))

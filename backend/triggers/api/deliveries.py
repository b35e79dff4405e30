"""HTTP of the calls of webhooks: the log, sending one again, and test addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.errors import Conflict
from backend.common.pagination import paginated
from backend.triggers.selectors import webhooks as selectors
from backend.triggers.serializers import deliveries as serializers
from backend.triggers.services import deliveries, testing
from backend.triggers.stored_calls import input_of_refused
from backend.workflows import selectors as workflow_selectors

_MANAGE = Permission.WEBHOOK_MANAGE


class DeliveryList(OrganizationView):
    """What a webhook was sent."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(parameters=[OpenApiParameter("verdict", str)], responses={200: dict})
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """The latest first; `verdict` is accepted, repeated or refused."""
        webhook = selectors.webhook_get(self.actor.organization, webhook_id)
        rows = selectors.delivery_list(webhook, verdict=request.query_params.get("verdict", ""))
        return paginated(request, rows, shape=serializers.delivery_shown)


class DeliveryReplay(OrganizationView):
    """Sends a call again."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.WORKFLOW_RUN}

    @extend_schema(request=None, responses={201: dict})
    def post(self, request: Request, webhook_id: UUID, delivery_id: int) -> Response:
        """A new job of the version that is published now, with what the call brought."""
        webhook = selectors.webhook_get(self.actor.organization, webhook_id)
        delivery = selectors.delivery_get(webhook, delivery_id)
        refused = delivery.request is not None
        job_input = input_of_refused(delivery) if refused else deliveries.input_of(delivery)
        job = deliveries.delivery_replay(webhook, delivery, job_input=job_input)
        return Response({"job": str(job.pk), "status": job.status, "url": f"/api/jobs/{job.pk}/"}, status=201)


class TestView(OrganizationView):
    """What the views of test addresses share: they belong to a browser session."""

    def session(self) -> str:
        """The digest of the session; a key has none."""
        key = getattr(getattr(self.request, "session", None), "session_key", None)
        if self.user is None or not key:
            raise Conflict("A test address belongs to a browser session: sign in instead of using an API key.")
        return testing.session_digest(key)


class TestList(TestView):
    """New test addresses."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": _MANAGE}

    @extend_schema(request=serializers.TestInput, responses={201: dict})
    def post(self, request: Request) -> Response:
        """An address that shows its calls for ten minutes, to this session alone."""
        asked = self.validated(serializers.TestInput)
        workflow = workflow_selectors.workflow_get(self.actor.organization, key=asked["workflow"])
        webhook = selectors.webhook_get(self.actor.organization, asked["webhook"]) if asked["webhook"] else None
        if webhook is not None and webhook.workflow_id != workflow.pk:
            raise Conflict("The webhook belongs to another workflow.")
        test = testing.test_create(workflow, webhook=webhook, session=self.session(), now=timezone.now())
        return Response(serializers.test_shown(test), status=201)


class TestDetail(TestView):
    """One test address."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": _MANAGE, "DELETE": _MANAGE}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, test_id: UUID) -> Response:
        """The last twenty calls, the newest first."""
        test = selectors.test_get(self.actor.organization, test_id, session=self.session())
        return Response(serializers.test_shown(test))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, test_id: UUID) -> Response:
        """Ends it now."""
        testing.test_delete(selectors.test_get(self.actor.organization, test_id, session=self.session()))
        return Response(status=204)

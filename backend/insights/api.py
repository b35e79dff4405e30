"""HTTP of insights: figures, thresholds, alerts, and the page that Prometheus reads."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView, PublicView
from backend.common.errors import Forbidden
from backend.common.http import client_address
from backend.common.pagination import paginated
from backend.insights import prometheus, selectors, serializers, services
from backend.workflows import selectors as workflow_selectors


class Insights(OrganizationView):
    """The past of jobs in figures."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(parameters=[serializers.InsightsQuery], responses={200: dict})
    def get(self, request: Request) -> Response:
        """Counts, rates, durations, the slowest step, errors and trend of some days."""
        query = serializers.InsightsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked, organization = query.validated_data, self.actor.organization
        workflow = workflow_selectors.workflow_get(organization, key=asked["workflow"]) if asked["workflow"] else None
        until = timezone.now()
        since = until - timedelta(days=asked["days"])
        found = selectors.insights(organization, since=since, until=until, workflow=workflow.id if workflow else None)
        return Response(found)


class ThresholdList(OrganizationView):
    """The thresholds of the organisation."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW, "POST": Permission.WORKFLOW_EDIT}

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """A page of them."""
        return paginated(request, selectors.thresholds(self.actor.organization), shape=serializers.threshold_shown)

    @extend_schema(request=serializers.ThresholdInput, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A new one."""
        asked = self.validated(serializers.ThresholdInput)
        named, organization = asked.pop("workflow"), self.actor.organization
        workflow = workflow_selectors.workflow_get(organization, key=named) if named else None
        made = services.threshold_create(organization, workflow=workflow, **asked)
        return Response(serializers.threshold_shown(made), status=201)


class ThresholdDetail(OrganizationView):
    """One threshold."""

    permissions: ClassVar[Mapping[str, Permission]] = {"DELETE": Permission.WORKFLOW_EDIT}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, threshold_id: UUID) -> Response:
        """Removes it with its alerts."""
        services.threshold_delete(self.actor.organization, threshold_id)
        return Response(status=204)


class AlertList(OrganizationView):
    """What thresholds have found."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """The newest first."""
        return paginated(request, selectors.alerts(self.actor.organization), shape=serializers.alert_shown)


class Metrics(PublicView):
    """Figures of the installation for Prometheus: for callers of this network, or with the token that is set."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.PUBLIC}
    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The text format."""
        _admit(request._request)  # noqa: SLF001 the network is a matter of Django's request
        text, content_type = prometheus.page()
        return HttpResponse(text, content_type=content_type)


def _admit(request: HttpRequest) -> None:
    token = settings.METRICS_TOKEN
    if token:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), token.encode()):
            raise Forbidden("Send the token of STEPGRAPH_METRICS_TOKEN as “Authorization: Bearer …”.")
    elif not _is_near(client_address(request)):
        raise Forbidden("Figures are for callers of a private network. From outside, set STEPGRAPH_METRICS_TOKEN.")


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False

"""HTTP of circuits and of the step cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

import structlog
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.openapi import page_of
from backend.common.pagination import paginated
from backend.guards import cache, circuits, selectors, serializers

log = structlog.get_logger(__name__)


class CircuitList(OrganizationView):
    """The circuits of the organisation."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(parameters=[OpenApiParameter("state", str)], responses={200: page_of(serializers.CircuitShape)})
    def get(self, request: Request) -> Response:
        """Those that have ever failed, the open ones first."""
        rows = selectors.circuit_list(self.actor.organization, state=request.query_params.get("state", ""))
        return paginated(request, rows, shape=serializers.circuit_shown)


class CircuitReset(OrganizationView):
    """Closes a circuit by hand."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.ORGANIZATION_MANAGE}

    @extend_schema(request=None, responses={200: serializers.CircuitShape})
    def post(self, request: Request, circuit_id: UUID) -> Response:
        """The next call goes through."""
        circuit = selectors.circuit_get(self.actor.organization, circuit_id)
        circuits.reset(circuit)
        log.info("circuit_reset", circuit=circuit.key, organization=str(self.actor.organization.id), by=_name(self))
        return Response(serializers.circuit_shown(selectors.circuit_get(self.actor.organization, circuit_id)))


class CacheClear(OrganizationView):
    """Forgets kept results."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.JOB_CONTROL}

    @extend_schema(request=serializers.ClearInput, responses={200: serializers.ClearShape})
    def post(self, request: Request) -> Response:
        """Of the organisation, of a workflow, or of one step; the next jobs find them anew."""
        asked = self.validated(serializers.ClearInput)
        cleared = cache.clear(self.actor.organization, workflow=asked["workflow"], step=asked["step"])
        log.info("cache_cleared", organization=str(self.actor.organization.id), by=_name(self), entries=cleared)
        return Response({"cleared": cleared})


def _name(view: OrganizationView) -> str:
    actor = view.actor
    return str(actor.user.id) if actor.user else f"key {actor.api_key.prefix}" if actor.api_key else ""

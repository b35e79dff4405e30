"""HTTP of retention: what is kept of ended jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.jobs import retention
from backend.workflows import selectors as workflow_selectors

_HELP = "0 is no limit; null leaves it to the organisation's policy, and there to the installation's."


class PolicyInput(StrictSerializer):
    """A policy; without a workflow, that of the organisation."""

    workflow = serializers.CharField(required=False, allow_null=True, default=None, help_text="Id or slug.")
    days = serializers.FloatField(required=False, allow_null=True, default=None, min_value=0, help_text=_HELP)
    jobs = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, help_text=_HELP)
    megabytes = serializers.FloatField(required=False, allow_null=True, default=None, min_value=0, help_text=_HELP)


class Retention(OrganizationView):
    """How much of the past is kept."""

    permissions: ClassVar[Mapping[str, Permission]] = {
        "GET": Permission.ORGANIZATION_VIEW,
        "PUT": Permission.ORGANIZATION_MANAGE,
    }

    @extend_schema(responses={200: PolicyInput(many=True)})
    def get(self, request: Request) -> Response:
        """The policy of the organisation first, then those of its workflows."""
        return Response(self._policies())

    @extend_schema(request=PolicyInput, responses={200: PolicyInput(many=True)})
    def put(self, request: Request) -> Response:
        """Sets one policy, and answers all."""
        asked = self.validated(PolicyInput)
        named = asked.pop("workflow")
        organization = self.actor.organization
        workflow = workflow_selectors.workflow_get(organization, key=named) if named else None
        retention.policy_set(organization, workflow=workflow, policy=retention.Policy(**asked))
        return Response(self._policies())

    def _policies(self) -> list[dict[str, JSON]]:
        return [
            {"workflow": slug, "days": policy.days, "jobs": policy.jobs, "megabytes": policy.megabytes}
            for slug, policy in retention.policies(self.actor.organization)
        ]

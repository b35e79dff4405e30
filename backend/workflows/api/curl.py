"""curl commands in and out of `api` steps."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.errors import Invalid
from backend.common.serializers import StrictSerializer
from backend.workflows import curl


class CurlCommand(StrictSerializer):
    """The text of a command."""

    curl = serializers.CharField(max_length=100_000, trim_whitespace=False)


class CurlConfig(StrictSerializer):
    """The config of an `api` step, perhaps with the address that its connector adds."""

    config: Any = serializers.DictField()
    base_url = serializers.CharField(required=False, default="", allow_blank=True, max_length=2_000)


class FromCurlView(OrganizationView):
    """Makes an `api` step of a curl command."""

    permissions = {"POST": Permission.WORKFLOW_VIEW}

    @extend_schema(request=CurlCommand, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """`{config, warnings}`; 400 for what is no curl command."""
        try:
            found = curl.from_curl(self.validated(CurlCommand)["curl"])
        except curl.NotCurl as exc:
            raise Invalid(f"{exc} Copy a whole command, from “curl” on.") from exc
        return Response({"config": found.config, "warnings": list(found.warnings)})


class ToCurlView(OrganizationView):
    """Makes a curl command of an `api` step, templates as they are."""

    permissions = {"POST": Permission.WORKFLOW_VIEW}

    @extend_schema(request=CurlConfig, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """`{curl}`."""
        body = self.validated(CurlConfig)
        return Response({"curl": curl.to_curl(body["config"], base_url=body["base_url"])})

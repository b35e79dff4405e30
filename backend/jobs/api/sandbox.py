"""HTTP of the sandboxes: what is in force, and the packages of an organisation's scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.jobs import sandbox


class Sandbox(OrganizationView):
    """The isolation of scripts, their languages, and how busy the sandboxes are."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, _request: Request) -> Response:
        return Response(sandbox.overview())


class SandboxPackages(OrganizationView):
    """The packages that scripts of this organisation have asked for: state and log."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, _request: Request) -> Response:
        """All at once: there are few."""
        found = sandbox.packages(self.actor.organization.id)
        return Response({"count": len(found), "next": None, "previous": None, "results": found})

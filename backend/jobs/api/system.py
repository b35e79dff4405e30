"""HTTP of the installation's state: probes for operators, facts for the console."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView, PublicView, SignedInView
from backend.jobs import checkup, health


class System(SignedInView):
    """Version, isolation in force, workers."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.SIGNED_IN}

    @extend_schema(responses={200: dict})
    def get(self, _request: Request) -> Response:
        return Response(health.system())


class Checkup(OrganizationView):
    """What `manage.py doctor` looks at, for the console."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, _request: Request) -> Response:
        """Every part with what to do about it, the workers, and the jobs that wait and run."""
        return Response(checkup.checkup(self.actor.organization))


class Live(PublicView):
    """Whether the process answers."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.PUBLIC}
    authentication_classes = ()

    @extend_schema(responses={200: dict})
    def get(self, _request: Request) -> Response:
        return Response({"status": "ok"})


class Ready(PublicView):
    """Whether requests can be served; names each part. Only what serving needs makes it 503."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.PUBLIC}
    authentication_classes = ()

    @extend_schema(responses={200: dict, 503: dict})
    def get(self, _request: Request) -> Response:
        parts = health.parts()
        serving = all(part.ok for part in parts if part.needed)
        status = "ok" if all(part.ok for part in parts) else "degraded" if serving else "unavailable"
        body = {"status": status, "parts": {part.name: part.as_json() for part in parts}}
        return Response(body, status=200 if serving else 503)

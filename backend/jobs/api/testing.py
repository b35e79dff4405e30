"""HTTP of tests of single steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.jobs import serializers, shapes, testing


class StepTest(OrganizationView):
    """Runs one step of a definition; nothing is recorded."""

    # Who may run only what others have written must not run a definition of their own: editing includes running.
    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.WORKFLOW_EDIT}

    @extend_schema(request=serializers.StepTestInput, responses={200: shapes.StepTestShape})
    def post(self, request: Request) -> Response:
        asked = testing.Asked(**self.validated(serializers.StepTestInput))
        return Response(testing.step_test(self.actor, asked))

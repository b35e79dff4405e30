"""What a database step would send: the statement with its parameters apart."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend import expressions
from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.catalog.fields import as_statement
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer

_STYLES = {"sqlite": "qmark", "postgresql": "dollar", "mysql": "format", "mssql": "format"}


class SqlPreview(StrictSerializer):
    """A query and its parameters as in a database step, and the variables to fill them with."""

    query = serializers.CharField(max_length=100_000, trim_whitespace=False)
    params: Any = serializers.JSONField(required=False, allow_null=True, default=None)
    context = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]  # fields leave the class
    type = serializers.ChoiceField(choices=sorted(_STYLES), required=False, default="postgresql")


class PreviewSqlView(OrganizationView):
    """Shows the SQL that a database step makes of its templates; nothing is run."""

    permissions = {"POST": Permission.WORKFLOW_VIEW}

    @extend_schema(request=SqlPreview, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """`{statement, parameters}`, or `{error, position, hint}` when it cannot be made; always 200."""
        body = self.validated(SqlPreview)
        environment = expressions.Environment(now=timezone.now(), seed="preview")
        try:
            filled = expressions.render(body["query"], body["context"], environment=environment, context="sql")
            params: JSON = expressions.render(body["params"], body["context"], environment=environment)
            statement = as_statement(filled).bound(params)
        except expressions.ExpressionError as error:
            return Response({"error": error.message, "position": error.position, "hint": error.hint})
        except ValueError as error:
            return Response({"error": f"The query {error}.", "position": None, "hint": "Write a statement."})
        style: Any = _STYLES[body["type"]]
        return Response({"statement": statement.text(style), "parameters": list(statement.values)})

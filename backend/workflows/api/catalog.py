"""What the editor is made from: the step types, the schema of the format, a place to try expressions."""

from __future__ import annotations

import inspect
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend import expressions
from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView, PublicView
from backend.catalog.steps import StepType
from backend.common.json import JSON
from backend.workflows import serializers
from backend.workflows.format import names
from backend.workflows.format.schema import document_schema


class StepTypesView(OrganizationView):
    """The step types that exist."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """All of them, for the palette and the forms."""
        return Response([step_type_json(kind) for kind in StepType.registry])


def step_type_json(kind: type[StepType[Any]]) -> dict[str, JSON]:
    """One step type; `dynamic_ports` says that the ports follow from the step's settings."""
    return {
        "type": kind.type,
        "label": kind.label,
        "icon": kind.icon,
        "color": kind.color,
        "category": kind.category,
        "help": inspect.cleandoc(kind.__doc__ or ""),
        "version": kind.version,
        "container": kind.container,
        "ports": list(kind.ports({})),
        "dynamic_ports": "ports" in vars(kind),
        "pure": kind.pure,
        "config_schema": kind.Config.model_json_schema(),
    }


class DocumentSchemaView(PublicView):
    """The format for other programs, such as text editors, which send no key."""

    permissions = {"GET": Permission.PUBLIC}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The JSON Schema of a workflow."""
        return Response(document_schema())


class ExpressionPreviewView(OrganizationView):
    """Tries an expression or a template."""

    permissions = {"POST": Permission.WORKFLOW_VIEW}

    @extend_schema(request=serializers.ExpressionPreview, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """`{value, type, kind, steps}`, or `{error, code, position, hint}` when there is no value; always 200."""
        body = self.validated(serializers.ExpressionPreview)
        environment = expressions.Environment(now=timezone.now(), seed="preview")
        if "expression" in body:
            return Response(expressions.preview(body["expression"], body["context"], environment=environment))
        made = expressions.preview(
            body["template"], body["context"], environment=environment, context=body["template_context"]
        )
        return Response(made)


class ExpressionCatalogueView(OrganizationView):
    """What expressions are made of."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Functions, methods, fields and words with signature and help, and the names that are always there."""
        return Response({"entries": expressions.catalogue(), "names": names.described()})

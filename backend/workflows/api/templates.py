"""HTTP of templates: the gallery, and workflows made from it."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.json import JSON
from backend.common.pagination import paginated
from backend.common.serializers import StrictSerializer
from backend.workflows import templates
from backend.workflows.serializers import WorkflowSerializer


class UseTemplate(StrictSerializer):
    """How the workflow is called, and what the template asks for."""

    name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    parameters = serializers.DictField(child=serializers.CharField(max_length=500), required=False, default=dict)


class TemplatesView(OrganizationView):
    """Workflows to begin from."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """All of them with their definition, for a preview."""
        return paginated(request, templates.templates(), shape=template_shown)


class UseTemplateView(OrganizationView):
    """Makes a workflow from one."""

    permissions = {"POST": Permission.WORKFLOW_EDIT}

    @extend_schema(request=UseTemplate, responses={201: WorkflowSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """A draft that runs as it is; connectors that come with the template are made where there are none yet."""
        body = self.validated(UseTemplate)
        made = templates.template_use(self.actor, templates.template_get(slug), **body)
        return Response(WorkflowSerializer(made).data, status=201)


def template_shown(template: templates.Template) -> dict[str, JSON]:
    """A template in the gallery."""
    definition = template.definition
    return {
        "slug": template.slug,
        "name": definition["name"],
        "description": definition.get("description", ""),
        "category": template.asked.get("category", ""),
        "parameters": template.parameters,
        "connectors": template.connectors,
        "needs": template.needs,
        "definition": definition,
    }

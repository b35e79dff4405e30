"""Workflows: drafts, versions, publishing, import and export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.negotiation import OneForm
from backend.common.parsers import StrictJSONParser
from backend.common.problems import Problem
from backend.workflows import documents, exchange, parsers, resources, selectors, serializers, services
from backend.workflows.diff import compare

_WORKFLOW = serializers.WorkflowSerializer
_VALIDATION = OpenApiParameter("validation", bool, description="false: without the counts of problems, and sooner.")


class WorkflowsView(OrganizationView):
    """The workflows of the organisation."""

    permissions = {"GET": Permission.WORKFLOW_VIEW, "POST": Permission.WORKFLOW_EDIT}

    @extend_schema(parameters=[serializers.WorkflowFilters], responses=_WORKFLOW(many=True))
    def get(self, request: Request) -> Response:
        """A page of them, the latest change first."""
        wanted = serializers.WorkflowFilters(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        filters = {key: wanted.validated_data[key] for key in ("search", "is_active", "status", "folder", "tag")}
        return self.listed(selectors.workflows_matching(self.actor.organization, **filters), _WORKFLOW)

    @extend_schema(request=serializers.NewWorkflow, responses={201: _WORKFLOW})
    def post(self, request: Request) -> Response:
        """A new one; 400 with every problem unless it is valid, or has no steps yet."""
        body = self.validated(serializers.NewWorkflow)
        return Response(_WORKFLOW(services.workflow_create(self.actor, **body)).data, status=201)


class LabelsView(OrganizationView):
    """What workflows are filed under."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The folders and tags in use, with their numbers of workflows."""
        return Response(selectors.labels(self.actor.organization))


class ImportView(OrganizationView):
    """Workflows from files."""

    permissions = {"POST": Permission.WORKFLOW_EDIT}
    parser_classes: Sequence[type[BaseParser]] = [
        StrictJSONParser,
        parsers.YamlParser,
        parsers.OldYamlParser,
        parsers.TextYamlParser,
    ]

    @extend_schema(
        request={"application/json": OpenApiTypes.OBJECT, "application/yaml": OpenApiTypes.STR},
        parameters=[OpenApiParameter("name"), OpenApiParameter("slug")],
        responses={201: _WORKFLOW},
    )
    def post(self, request: Request) -> Response:
        """A new workflow from the document that is the body, or from `{definition | yaml, name?, slug?}`."""
        read = serializers.imported(request.data)
        names = {key: request.query_params[key] for key in ("name", "slug") if key in request.query_params}
        workflow = services.workflow_import(self.actor, **{**read, **names})
        return Response(_WORKFLOW(workflow).data, status=201)


class WorkflowView(OrganizationView):
    """One workflow."""

    permissions = {
        "GET": Permission.WORKFLOW_VIEW,
        "PATCH": Permission.WORKFLOW_EDIT,
        "DELETE": Permission.WORKFLOW_EDIT,
    }

    @extend_schema(parameters=[_VALIDATION], responses=_WORKFLOW)
    def get(self, request: Request, key: str) -> Response:
        """With its draft, and how many problems that has."""
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        return _answered(request, _WORKFLOW(workflow).data, workflow.definition)

    @extend_schema(parameters=[_VALIDATION], request=serializers.WorkflowChanges, responses=_WORKFLOW)
    def patch(self, request: Request, key: str) -> Response:
        """Saves what is sent. A draft may be invalid; a stale one answers 409 with `current` and `yours`."""
        changes = self.validated(serializers.WorkflowChanges, partial=True)
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        changed = services.workflow_update(workflow, changes=changes)
        return _answered(request, _WORKFLOW(changed).data, changed.definition)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Removes it with its versions and jobs; 409 while one of these has not ended."""
        services.workflow_delete(selectors.workflow_get(self.actor.organization, key=key))
        return Response(status=204)


def _answered(request: Request, data: Any, definition: JSON) -> Response:
    if request.query_params.get("validation") == "false":
        return Response(data)
    report = documents.report(definition)
    return Response({**data, "validation": {"errors": len(report.errors), "warnings": len(report.warnings)}})


class ValidateView(OrganizationView):
    """Judges a definition."""

    permissions = {"POST": Permission.WORKFLOW_VIEW}

    @extend_schema(request=serializers.Candidate, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, key: str) -> Response:
        """All problems of the definition sent, or else of the draft, at once; always 200."""
        body = self.validated(serializers.Candidate)
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        definition = body.get("definition")
        judged = workflow.definition if definition is None else definition
        return Response(resources.report(self.actor.organization, judged).as_json())


class PublishView(OrganizationView):
    """Makes versions."""

    permissions = {"POST": Permission.WORKFLOW_EDIT}

    @extend_schema(request=serializers.Publication, responses=serializers.VersionSerializer)
    def post(self, request: Request, key: str) -> Response:
        """The draft becomes what runs; 400 with every problem when it is invalid."""
        body = self.validated(serializers.Publication)
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        version = services.workflow_publish(workflow, actor=self.actor, note=body["note"])
        return Response(serializers.VersionSerializer(version).data)


class VersionsView(OrganizationView):
    """The published versions of a workflow."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses=serializers.VersionSerializer(many=True))
    def get(self, request: Request, key: str) -> Response:
        """A page of them, the newest first."""
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        return self.listed(selectors.versions(workflow), serializers.VersionSerializer)


class VersionView(OrganizationView):
    """One published version."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(responses=serializers.VersionDetailSerializer)
    def get(self, request: Request, key: str, number: int) -> Response:
        """With its definition."""
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        version = selectors.version_get(workflow, number=number)
        return Response(serializers.VersionDetailSerializer(version).data)


class RestoreView(OrganizationView):
    """Brings old versions back."""

    permissions = {"POST": Permission.WORKFLOW_EDIT}

    @extend_schema(request=serializers.Restoration, responses=_WORKFLOW)
    def post(self, request: Request, key: str, number: int) -> Response:
        """The version becomes the draft and, unless `publish` is false, a new version."""
        body = self.validated(serializers.Restoration)
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        restored = services.version_restore(workflow, number=number, actor=self.actor, publish=body["publish"])
        return Response(_WORKFLOW(restored).data)


class DiffView(OrganizationView):
    """Compares versions."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}

    @extend_schema(parameters=[OpenApiParameter("from"), OpenApiParameter("to")], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """From one version to another: numbers, `published` (the usual beginning) or `draft` (the usual end)."""
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        ends = [request.query_params.get("from", "published"), request.query_params.get("to", "draft")]
        before, after = (selectors.definition_at(workflow, version=end) for end in ends)
        return Response({"from": ends[0], "to": ends[1], **compare(before, after)})


class EnableView(OrganizationView):
    """Lets a workflow be started."""

    permissions = {"POST": Permission.WORKFLOW_EDIT}

    @extend_schema(request=None, responses=_WORKFLOW)
    def post(self, request: Request, key: str) -> Response:
        """From now on."""
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        return Response(_WORKFLOW(services.workflow_set_active(workflow, is_active=True)).data)


class DisableView(OrganizationView):
    """Keeps a workflow from being started."""

    permissions = {"POST": Permission.WORKFLOW_EDIT}

    @extend_schema(request=None, responses=_WORKFLOW)
    def post(self, request: Request, key: str) -> Response:
        """From now on; jobs that run go on."""
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        return Response(_WORKFLOW(services.workflow_set_active(workflow, is_active=False)).data)


class CopyView(OrganizationView):
    """Copies a workflow."""

    permissions = {"POST": Permission.WORKFLOW_EDIT}

    @extend_schema(request=serializers.CopyName, responses={201: _WORKFLOW})
    def post(self, request: Request, key: str) -> Response:
        """A new, unpublished workflow with the same draft."""
        body = self.validated(serializers.CopyName)
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        return Response(
            _WORKFLOW(services.workflow_copy(workflow, actor=self.actor, name=body["name"])).data, status=201
        )


class ExportView(OrganizationView):
    """A workflow as a file."""

    permissions = {"GET": Permission.WORKFLOW_VIEW}
    content_negotiation_class = OneForm

    @extend_schema(
        parameters=[OpenApiParameter("format", enum=list(exchange.CONTENT_TYPES)), OpenApiParameter("version")],
        responses={(200, kind): OpenApiTypes.STR for kind in exchange.CONTENT_TYPES.values()},
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """The draft, or the version asked for, in the one spelling."""
        workflow = selectors.workflow_get(self.actor.organization, key=key)
        form = request.query_params.get("format", "yaml")
        if form not in exchange.CONTENT_TYPES:
            problem = Problem(f"There is no format “{form[:40]}”.", path="format", hint="Use yaml, json or mermaid.")
            raise Invalid(problems=[problem])
        definition = selectors.definition_at(workflow, version=request.query_params.get("version", "draft"))
        file_name = f"{workflow.slug}.{exchange.FILE_ENDINGS[form]}"
        return HttpResponse(
            exchange.exported(definition, form=form),
            content_type=f"{exchange.CONTENT_TYPES[form]}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
        )

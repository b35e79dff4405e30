"""The addresses of workflows."""

from __future__ import annotations

from django.urls import path

from backend.workflows import api, api_catalog, api_curl, api_sql, api_templates

_ONE = "api/workflows/<str:key>/"

urlpatterns = [
    path("api/step-types/", api_catalog.StepTypesView.as_view(), name="step-types"),
    path("api/schema/workflow.json", api_catalog.DocumentSchemaView.as_view(), name="workflow-schema"),
    path("api/expressions/catalogue/", api_catalog.ExpressionCatalogueView.as_view(), name="expression-catalogue"),
    path("api/expressions/preview/", api_catalog.ExpressionPreviewView.as_view(), name="expression-preview"),
    path("api/steps/from-curl/", api_curl.FromCurlView.as_view(), name="step-from-curl"),
    path("api/steps/preview-sql/", api_sql.PreviewSqlView.as_view(), name="step-preview-sql"),
    path("api/steps/to-curl/", api_curl.ToCurlView.as_view(), name="step-to-curl"),
    path("api/workflow-labels/", api.LabelsView.as_view(), name="workflow-labels"),
    path("api/templates/", api_templates.TemplatesView.as_view(), name="templates"),
    path("api/templates/<slug:slug>/use/", api_templates.UseTemplateView.as_view(), name="template-use"),
    path("api/workflows/", api.WorkflowsView.as_view(), name="workflows"),
    path("api/workflows/import/", api.ImportView.as_view(), name="workflow-import"),
    path(_ONE, api.WorkflowView.as_view(), name="workflow"),
    path(f"{_ONE}validate/", api.ValidateView.as_view(), name="workflow-validate"),
    path(f"{_ONE}publish/", api.PublishView.as_view(), name="workflow-publish"),
    path(f"{_ONE}versions/", api.VersionsView.as_view(), name="workflow-versions"),
    path(f"{_ONE}versions/<int:number>/", api.VersionView.as_view(), name="workflow-version"),
    path(f"{_ONE}versions/<int:number>/restore/", api.RestoreView.as_view(), name="workflow-restore"),
    path(f"{_ONE}diff/", api.DiffView.as_view(), name="workflow-diff"),
    path(f"{_ONE}enable/", api.EnableView.as_view(), name="workflow-enable"),
    path(f"{_ONE}disable/", api.DisableView.as_view(), name="workflow-disable"),
    path(f"{_ONE}copy/", api.CopyView.as_view(), name="workflow-copy"),
    path(f"{_ONE}export/", api.ExportView.as_view(), name="workflow-export"),
]

"""The addresses of workflows."""

from __future__ import annotations

from django.urls import path

from backend.workflows.api import catalog, curl, sql, templates, workflows

_ONE = "api/workflows/<str:key>/"

urlpatterns = [
    path("api/step-types/", catalog.StepTypesView.as_view(), name="step-types"),
    path("api/schema/workflow.json", catalog.DocumentSchemaView.as_view(), name="workflow-schema"),
    path("api/expressions/catalogue/", catalog.ExpressionCatalogueView.as_view(), name="expression-catalogue"),
    path("api/expressions/preview/", catalog.ExpressionPreviewView.as_view(), name="expression-preview"),
    path("api/steps/from-curl/", curl.FromCurlView.as_view(), name="step-from-curl"),
    path("api/steps/preview-sql/", sql.PreviewSqlView.as_view(), name="step-preview-sql"),
    path("api/steps/to-curl/", curl.ToCurlView.as_view(), name="step-to-curl"),
    path("api/workflow-labels/", workflows.LabelsView.as_view(), name="workflow-labels"),
    path("api/templates/", templates.TemplatesView.as_view(), name="templates"),
    path("api/templates/<slug:slug>/use/", templates.UseTemplateView.as_view(), name="template-use"),
    path("api/workflows/", workflows.WorkflowsView.as_view(), name="workflows"),
    path("api/workflows/import/", workflows.ImportView.as_view(), name="workflow-import"),
    path(_ONE, workflows.WorkflowView.as_view(), name="workflow"),
    path(f"{_ONE}validate/", workflows.ValidateView.as_view(), name="workflow-validate"),
    path(f"{_ONE}publish/", workflows.PublishView.as_view(), name="workflow-publish"),
    path(f"{_ONE}versions/", workflows.VersionsView.as_view(), name="workflow-versions"),
    path(f"{_ONE}versions/<int:number>/", workflows.VersionView.as_view(), name="workflow-version"),
    path(f"{_ONE}versions/<int:number>/restore/", workflows.RestoreView.as_view(), name="workflow-restore"),
    path(f"{_ONE}diff/", workflows.DiffView.as_view(), name="workflow-diff"),
    path(f"{_ONE}enable/", workflows.EnableView.as_view(), name="workflow-enable"),
    path(f"{_ONE}disable/", workflows.DisableView.as_view(), name="workflow-disable"),
    path(f"{_ONE}copy/", workflows.CopyView.as_view(), name="workflow-copy"),
    path(f"{_ONE}export/", workflows.ExportView.as_view(), name="workflow-export"),
]

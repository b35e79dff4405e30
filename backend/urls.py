"""The route table: every address that the system answers."""

from __future__ import annotations

from django.urls import include, path, re_path

from backend.common.http import single_page_app

urlpatterns = [
    path("", include("backend.triggers.urls")),  # first: addresses are tried in turn, and webhooks are called most
    path("", include("backend.accounts.api.docs")),
    path("", include("backend.accounts.urls")),
    path("", include("backend.files.urls")),
    path("", include("backend.connectors.urls")),
    path("", include("backend.guards.urls")),
    path("", include("backend.workflows.urls")),
    path("", include("backend.ai.urls")),
    path("", include("backend.jobs.urls")),
    path("", include("backend.outgoing.urls")),
    path("", include("backend.hooks.urls")),
    path("", include("backend.insights.urls")),
    path("", include("backend.notices.urls")),
    path("", include("backend.approvals.urls")),
    re_path(r"", single_page_app),  # whatever is left: the editor's own addresses
]
handler400 = "backend.common.http.bad_request"
handler403 = "backend.common.http.forbidden"
handler404 = "backend.common.http.not_found"
handler500 = "backend.common.http.server_error"

"""The OpenAPI document, and the page that shows it; both public, both without anything from foreign hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.common.http import PAGE_POLICY


class Schema(SpectacularAPIView):
    """The document."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.PUBLIC}
    authentication_classes = ()
    http_method_names = ["get", "head"]


class Docs(SpectacularSwaggerSplitView):
    """The page; its script has an address of its own, since the content policy refuses inline ones."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.PUBLIC}
    authentication_classes = ()
    http_method_names = ["get", "head"]
    url_name = "openapi"

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """The page needs what the editor's page needs; answers of the API may do nothing in a browser."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call] # it has no types
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        return response


urlpatterns = [
    path("api/schema/", Schema.as_view(), name="openapi"),
    path("api/docs/", Docs.as_view()),
]

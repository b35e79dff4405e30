"""Tells the OpenAPI document how requests prove who sends them. Importing this module registers it."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers by being defined
    """`X-API-Key` or `Authorization: Bearer`."""

    target_class = "backend.accounts.authentication.ApiKeyAuthentication"
    name = ["apiKey", "bearer"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """Either header will do."""
        return [{"type": "apiKey", "in": "header", "name": "X-API-Key"}, {"type": "http", "scheme": "bearer"}]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[str]]]:
        """One of the two; together they would mean both."""
        return [{"apiKey": []}, {"bearer": []}]


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers by being defined
    """The cookie of the browser."""

    target_class = "backend.accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """The cookie; writes need the header X-CSRFToken too."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}

"""How a request proves who sends it: an API key in a header, or the session cookie with its CSRF token."""

from __future__ import annotations

from django.conf import settings
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from backend.accounts.models import ApiKey
from backend.accounts.services import api_keys
from backend.common import errors


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`X-API-Key: sg_…` or `Authorization: Bearer sg_…`. A wrong key is an error even where no key is needed."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        """The key, with no person behind it."""
        text = key_of(request)
        if text is None:
            return None
        key = api_keys.api_key_use(text)
        if key is None:
            raise exceptions.AuthenticationFailed
        return None, key

    def authenticate_header(self, request: Request) -> str:
        """Makes the framework answer 401 instead of 403."""
        return "Bearer"


def key_of(request: Request) -> str | None:
    """The text of the key that a request carries in its headers; never read from the address."""
    if "X-API-Key" in request.headers:
        return request.headers["X-API-Key"].strip()
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else None


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a signed-in person; every write needs the CSRF token."""

    def authenticate_header(self, request: Request) -> str:
        """Makes the framework answer 401 instead of 403."""
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        """Refuses a write without the token of the cookie."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as exc:
            hint = f"Send the value of the cookie {settings.CSRF_COOKIE_NAME} in the header X-CSRFToken."
            raise errors.Forbidden(f"The CSRF token is missing or wrong. {hint}") from exc

"""The HTTP API of secrets and variables: things with a key. What they share is written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.connectors import selectors, serializers
from backend.connectors.api.base import FORCE, NamedView
from backend.connectors.services import secrets, variables

ONLY_NEW = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="`*`: make a new one, and answer 409 when the key is taken.",
)


class _KeyedView(NamedView):
    """One kind of them."""

    kind: ClassVar[str]
    shape: ClassVar[Callable[..., dict[str, JSON]]]
    rows: ClassVar[Callable[..., Any]]
    get_row: ClassVar[Callable[..., Any]]
    changes: ClassVar[type[StrictSerializer]]
    update: ClassVar[Callable[..., Any]]
    remove: ClassVar[Callable[..., None]]

    def shown(self, row: Any, *, status: int = 200) -> Response:
        """One of them, with those who use it."""
        return Response(self.shape(row, used_by=self.users(self.kind, row.key)), status=status)


class _Secrets(_KeyedView):
    kind = "secret"
    shape = staticmethod(serializers.secret_shown)
    rows = staticmethod(selectors.secrets)
    get_row = staticmethod(selectors.secret_get)
    changes = serializers.SecretChanges
    update = staticmethod(secrets.secret_update)
    remove = staticmethod(secrets.secret_delete)


class _Variables(_KeyedView):
    kind = "variable"
    shape = staticmethod(serializers.variable_shown)
    rows = staticmethod(selectors.variables)
    get_row = staticmethod(selectors.variable_get)
    changes = serializers.VariableChanges
    update = staticmethod(variables.variable_update)
    remove = staticmethod(variables.variable_delete)


class _ListView(_KeyedView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of them by key; secrets without their values."""
        return self.page(self.rows(self.actor.organization), shape=self.shape, kind=self.kind, name="key")


class _DetailView(_KeyedView):
    """By id or key."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """One of them; a secret without its value."""
        return self.shown(self.get_row(self.actor.organization, key))

    def patch(self, request: Request, key: str) -> Response:
        """Changes what is sent; jobs that start from now on see it. Allowing a secret more hosts clears its value,
        unless it is sent along."""
        row = self.get_row(self.actor.organization, key)
        return self.shown(self.update(row, values=self.validated(self.changes, partial=True)))

    @extend_schema(parameters=[FORCE], responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Removes it; 409 with its users while something names it, unless forced."""
        self.remove(self.get_row(self.actor.organization, key), force=self.forced)
        return Response(status=204)


class SecretsView(_Secrets, _ListView):
    """The secrets of the organisation."""

    permissions = {"GET": Permission.SECRET_VIEW, "POST": Permission.SECRET_MANAGE}

    @extend_schema(
        parameters=[ONLY_NEW],
        request=serializers.SecretInput,
        responses={201: OpenApiTypes.OBJECT, 200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """A new one (201), or a new value for the one of this key (200; 409 with `If-None-Match: *`)."""
        body = self.validated(serializers.SecretInput)
        key, value = body.pop("key"), body.pop("value")
        if request.headers.get("If-None-Match", "").strip() == "*":
            return self.shown(secrets.secret_create(self.actor, key=key, value=value, values=body), status=201)
        row, is_new = secrets.secret_set(self.actor, key=key, value=value, values=body)
        return self.shown(row, status=201 if is_new else 200)


@extend_schema(methods=["PATCH"], request=serializers.SecretChanges, responses=OpenApiTypes.OBJECT)
class SecretView(_Secrets, _DetailView):
    """One secret."""

    permissions = {
        "GET": Permission.SECRET_VIEW,
        "PATCH": Permission.SECRET_MANAGE,
        "DELETE": Permission.SECRET_MANAGE,
    }


class VariablesView(_Variables, _ListView):
    """The variables of the organisation."""

    permissions = {"GET": Permission.VARIABLE_VIEW, "POST": Permission.VARIABLE_MANAGE}

    @extend_schema(request=serializers.VariableChanges, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A new one; 409 when the key is taken."""
        return self.shown(
            variables.variable_create(self.actor, values=self.validated(serializers.VariableChanges)), status=201
        )


@extend_schema(methods=["PATCH"], request=serializers.VariableChanges, responses=OpenApiTypes.OBJECT)
class VariableView(_Variables, _DetailView):
    """One variable."""

    permissions = {
        "GET": Permission.VARIABLE_VIEW,
        "PATCH": Permission.VARIABLE_MANAGE,
        "DELETE": Permission.VARIABLE_MANAGE,
    }

"""The HTTP API of connectors, secrets and variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView, SignedInView
from backend.catalog.connectors import ConnectorType
from backend.common.json import JSON
from backend.common.pagination import paginated
from backend.connectors import browsing, selectors, serializers, signing_in, testing, usage
from backend.connectors.services import connectors, secrets, variables

T = TypeVar("T")
_FORCE = OpenApiParameter("force", bool, description="Delete it although workflows use it.")


class _View(OrganizationView):
    """What the views here share."""

    @property
    def forced(self) -> bool:
        """Whether `?force=true` was asked."""
        return self.request.query_params.get("force", "").lower() in {"true", "1"}

    def page(self, rows: Iterable[T], *, shape: Callable[..., dict[str, JSON]], kind: str, name: str) -> Response:
        """A page of rows, each with its users; `name` is the attribute by which they are named."""
        uses = usage.all_uses(self.actor.organization)
        return paginated(
            self.request, rows, shape=lambda row: shape(row, used_by=uses.get((kind, getattr(row, name)), []))
        )

    def users(self, kind: str, name: str) -> list[JSON]:
        """Who uses one thing."""
        return usage.uses_of(self.actor.organization, kind=kind, name=name)


class ConnectorTypesView(OrganizationView):
    """The connector types that exist."""

    permissions = {"GET": Permission.CONNECTOR_VIEW}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """All of them, for the choice and the forms."""
        return Response([serializers.connector_type_shown(kind) for kind in ConnectorType.registry])


class ConnectorsView(_View):
    """The connectors of the organisation."""

    permissions = {"GET": Permission.CONNECTOR_VIEW, "POST": Permission.CONNECTOR_MANAGE}

    @extend_schema(parameters=[OpenApiParameter("family"), OpenApiParameter("type")], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of them by name; of one family or type if asked."""
        query = request.query_params
        rows = selectors.connectors(self.actor.organization, family=query.get("family", ""), type=query.get("type", ""))
        return self.page(rows, shape=serializers.connector_shown, kind="connector", name="slug")

    @extend_schema(request=serializers.ConnectorInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A new one; 400 with every problem of its settings."""
        row = connectors.connector_create(self.actor, values=self.validated(serializers.ConnectorInput))
        users = self.users("connector", row.slug)
        return Response(serializers.connector_shown(row, used_by=users), status=201)


class ConnectorView(_View):
    """One connector, by id or slug."""

    permissions = {
        "GET": Permission.CONNECTOR_VIEW,
        "PATCH": Permission.CONNECTOR_MANAGE,
        "DELETE": Permission.CONNECTOR_MANAGE,
    }

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """Without its secrets."""
        row = selectors.connector_get(self.actor.organization, key)
        return Response(serializers.connector_shown(row, used_by=self.users("connector", row.slug)))

    @extend_schema(request=serializers.ConnectorChanges, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, key: str) -> Response:
        """Changes what is sent. `config` is the whole of it but for secrets: those that are left out stay, unless the
        host is another one, which clears them."""
        row = selectors.connector_get(self.actor.organization, key)
        changes = self.validated(serializers.ConnectorChanges, partial=True)
        row = connectors.connector_update(row, values=changes)
        return Response(serializers.connector_shown(row, used_by=self.users("connector", row.slug)))

    @extend_schema(parameters=[_FORCE], responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Removes it; 409 with its users while workflows name it, unless forced."""
        connectors.connector_delete(selectors.connector_get(self.actor.organization, key), force=self.forced)
        return Response(status=204)


class ConnectorTestView(OrganizationView):
    """Tries a stored connector."""

    permissions = {"POST": Permission.CONNECTOR_USE}

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, key: str) -> Response:
        """`{ok, message, hint, details}`; always 200."""
        row = selectors.connector_get(self.actor.organization, key)
        result = testing.connector_test(row)
        connectors.connector_tested(row, result)
        return Response(serializers.test_result_shown(result))


class ConnectorTablesView(OrganizationView):
    """What there is in a database."""

    permissions = {"GET": Permission.CONNECTOR_USE}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """`{tables: [{name, kind, columns: [{name, type, nullable, primary_key}]}]}`; 409 with what is wrong."""
        row = selectors.connector_get(self.actor.organization, key)
        return Response({"tables": browsing.connector_tables(row)})


class SignInView(OrganizationView):
    """Lets a person sign in for a connector."""

    permissions = {"POST": Permission.CONNECTOR_MANAGE}

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, key: str) -> Response:
        """`{url}`: where to send the browser; it comes back by itself."""
        row = selectors.connector_get(self.actor.organization, key)
        return Response({"url": signing_in.start(row, self.person)})


class SignedInCallbackView(SignedInView):
    """Where browsers come back to after signing in elsewhere."""

    permissions = {"GET": Permission.SIGNED_IN}

    @extend_schema(
        parameters=[OpenApiParameter("code"), OpenApiParameter("state"), OpenApiParameter("error")],
        responses={302: None},
    )
    def get(self, request: Request) -> HttpResponseRedirect:
        """Keeps the tokens, and goes to the connectors."""
        query = request.query_params
        row = signing_in.finish(
            self.person, state=query.get("state", ""), code=query.get("code", ""), error=query.get("error", "")
        )
        return HttpResponseRedirect(f"/connectors?{urlencode({'signed_in': row.slug})}")


class CandidateTestView(OrganizationView):
    """Tries settings before they are saved."""

    permissions = {"POST": Permission.CONNECTOR_MANAGE}

    @extend_schema(request=serializers.ConnectorCandidate, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """`{ok, message, hint, details}`; 400 with every problem of the settings."""
        body = self.validated(serializers.ConnectorCandidate)
        row = selectors.connector_get(self.actor.organization, body["connector"]) if body["connector"] else None
        result = testing.candidate_test(
            self.actor.organization, kind=connectors.kind_of(body["type"]), config=body["config"], saved=row
        )
        return Response(serializers.test_result_shown(result))


class SecretsView(_View):
    """The secrets of the organisation."""

    permissions = {"GET": Permission.SECRET_VIEW, "POST": Permission.SECRET_MANAGE}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of them by key, without values."""
        rows = selectors.secrets(self.actor.organization)
        return self.page(rows, shape=serializers.secret_shown, kind="secret", name="key")

    @extend_schema(request=serializers.SecretInput, responses={201: OpenApiTypes.OBJECT, 200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A new one (201), or a new value for the one of this key (200)."""
        body = self.validated(serializers.SecretInput)
        key, value = body.pop("key"), body.pop("value")
        row, is_new = secrets.secret_set(self.actor, key=key, value=value, values=body)
        shown = serializers.secret_shown(row, used_by=self.users("secret", row.key))
        return Response(shown, status=201 if is_new else 200)


class SecretView(_View):
    """One secret, by id or key."""

    permissions = {
        "GET": Permission.SECRET_VIEW,
        "PATCH": Permission.SECRET_MANAGE,
        "DELETE": Permission.SECRET_MANAGE,
    }

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """Without its value."""
        row = selectors.secret_get(self.actor.organization, key)
        return Response(serializers.secret_shown(row, used_by=self.users("secret", row.key)))

    @extend_schema(request=serializers.SecretChanges, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, key: str) -> Response:
        """Changes what is sent; allowing more hosts clears the value unless it is sent along."""
        row = selectors.secret_get(self.actor.organization, key)
        row = secrets.secret_update(row, values=self.validated(serializers.SecretChanges, partial=True))
        return Response(serializers.secret_shown(row, used_by=self.users("secret", row.key)))

    @extend_schema(parameters=[_FORCE], responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Removes it; 409 with its users while something names it, unless forced."""
        secrets.secret_delete(selectors.secret_get(self.actor.organization, key), force=self.forced)
        return Response(status=204)


class VariablesView(_View):
    """The variables of the organisation."""

    permissions = {"GET": Permission.VARIABLE_VIEW, "POST": Permission.VARIABLE_MANAGE}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of them by key."""
        rows = selectors.variables(self.actor.organization)
        return self.page(rows, shape=serializers.variable_shown, kind="variable", name="key")

    @extend_schema(request=serializers.VariableChanges, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A new one; 409 when the key is taken."""
        row = variables.variable_create(self.actor, values=self.validated(serializers.VariableChanges))
        return Response(serializers.variable_shown(row, used_by=self.users("variable", row.key)), status=201)


class VariableView(_View):
    """One variable, by id or key."""

    permissions = {
        "GET": Permission.VARIABLE_VIEW,
        "PATCH": Permission.VARIABLE_MANAGE,
        "DELETE": Permission.VARIABLE_MANAGE,
    }

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """With its value."""
        row = selectors.variable_get(self.actor.organization, key)
        return Response(serializers.variable_shown(row, used_by=self.users("variable", row.key)))

    @extend_schema(request=serializers.VariableChanges, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, key: str) -> Response:
        """Changes what is sent; jobs that start from now on see it."""
        row = selectors.variable_get(self.actor.organization, key)
        row = variables.variable_update(row, values=self.validated(serializers.VariableChanges, partial=True))
        return Response(serializers.variable_shown(row, used_by=self.users("variable", row.key)))

    @extend_schema(parameters=[_FORCE], responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Removes it; 409 with its users while something names it, unless forced."""
        variables.variable_delete(selectors.variable_get(self.actor.organization, key), force=self.forced)
        return Response(status=204)

"""The HTTP API of connectors: what there is, trying it, looking through it, signing in for it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView, SignedInView
from backend.catalog.connectors import ConnectorType
from backend.connectors import browsing, selectors, serializers, signing_in, testing
from backend.connectors.api.base import FORCE, NamedView
from backend.connectors.services import connectors


class ConnectorTypesView(OrganizationView):
    """The connector types that exist."""

    permissions = {"GET": Permission.CONNECTOR_VIEW}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """All of them, for the choice and the forms."""
        return Response([serializers.connector_type_shown(kind) for kind in ConnectorType.registry])


class ConnectorsView(NamedView):
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


class ConnectorView(NamedView):
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

    @extend_schema(parameters=[FORCE], responses={204: None})
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

"""Guards every address at once: each declares its permissions, and nobody gets past them.

The tests are made from the route table, so a new route is covered as it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Organization, Role, User
from backend.accounts.permissions import ROLE_PERMISSIONS, SCOPE_ROLES, Permission
from backend.accounts.views import DeclaredView
from tests.backend.factories import make_member, make_user
from tests.backend.routes import METHODS, Route, all_routes, make_any, owned_models, references

# What answers anybody. A new view here is a decision: it must defend itself, so it is named one by one.
PUBLIC_VIEWS = {
    "backend.accounts.api_docs.Docs",
    "backend.accounts.api_docs.Schema",
    "backend.accounts.api.InviteView",
    "backend.accounts.api_session.SessionView",
    "backend.accounts.api_session.SetupView",
    "backend.approvals.api.LinkDecideView",
    "backend.approvals.api.LinkView",
    "backend.approvals.pages.link_document",
    "backend.approvals.pages.link_page",
    "backend.common.http.single_page_app",
    "backend.insights.api.Metrics",
    "backend.jobs.api_system.Live",
    "backend.jobs.api_system.Ready",
    "backend.triggers.calendars.calendar",
    "backend.triggers.forms.views.form_file",
    "backend.triggers.forms.views.form_page",
    "backend.triggers.forms.views.form_result",
    "backend.triggers.test_calls.receive_test",
    "backend.triggers.webhooks.receive",
    "backend.workflows.api_catalog.DocumentSchemaView",
}
ROUTES = all_routes()
GUARDED = [route for route in ROUTES if set(route.permissions.values()) - {Permission.PUBLIC}]
WITH_REFERENCE = [route for route in GUARDED if route.has_parameters]
UNAUTHORIZED = {"error": "Unauthorized", "detail": "Invalid or missing API key", "status": 401}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_view_declares_the_permission_of_each_of_its_methods(route: Route) -> None:
    assert route.permissions, f"{route.owner} has no `permissions`: derive from OrganizationView and declare them"
    assert set(route.permissions) == route.implemented
    assert set(route.permissions.values()) <= set(Permission)


def test_no_view_is_public_unless_it_is_named_here() -> None:
    public = {route.name for route in ROUTES if Permission.PUBLIC in route.permissions.values()}

    assert public <= PUBLIC_VIEWS, "give it a permission, or name it in PUBLIC_VIEWS if really anybody may call it"


@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_guarded_views_have_our_guard(route: Route) -> None:
    assert issubclass(route.owner, DeclaredView)
    assert [guard.__name__ for guard in route.owner.permission_classes] == ["DeclaredPermission"]


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_methods_that_are_not_declared_are_refused(route: Route, api_key_client: Callable[..., APIClient]) -> None:
    client = api_key_client("admin")

    statuses = {method: call(client, route, method=method) for method in set(METHODS) - set(route.permissions)}

    assert set(statuses.values()) <= {404, 405}, statuses


@pytest.mark.django_db
@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_strangers_get_401(route: Route) -> None:
    for method in guarded_methods(route):
        response = getattr(APIClient(), method.lower())(route.address(str(uuid4())), {})

        assert (response.status_code, response.json()) == (401, UNAUTHORIZED), method


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_members_get_what_their_role_allows(route: Route, role: str, acme: Organization) -> None:
    member = make_user("member")
    make_member(acme, member, role=role)
    client = APIClient()
    client.force_login(member)

    for method in guarded_methods(route):
        assert_fits(call(client, route, method=method), role=role, needed=route.permissions[method])


@pytest.mark.parametrize("scope", SCOPE_ROLES)
@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_keys_get_what_their_scope_allows(route: Route, scope: str, api_key_client: Callable[..., APIClient]) -> None:
    client = api_key_client(scope)

    for method in guarded_methods(route):
        needed = route.permissions[method]
        if needed != Permission.SIGNED_IN:  # some of these are for people only
            assert_fits(call(client, route, method=method), role=SCOPE_ROLES[scope], needed=needed)


@pytest.mark.parametrize("route", WITH_REFERENCE, ids=str)
def test_other_organisations_things_look_as_if_they_did_not_exist(
    route: Route, alice: User, acme: Organization, globex: Organization, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(alice)
    rows = [make_any(model, organization=globex) for model in owned_models()]
    known = [reference for row in rows for reference in references(row) if route.matches(route.address(reference))]
    assert known, "no model's id fits this address: name its parameter so that one does"

    for method in guarded_methods(route):
        for reference in known:
            foreign, absent = (ask(client, route.address(text), method) for text in (reference, unused(reference)))
            assert foreign == absent, f"{method} tells that {reference} exists"
            assert method != "GET" or foreign[0] == 404


def ask(client: APIClient, address: str, method: str) -> tuple[int, str]:
    response = getattr(client, method.lower())(address, {})
    reference = next(part for part in reversed(address.split("/")) if len(part) > 20)
    return response.status_code, response.content.decode().replace(reference, "…")


def unused(reference: str) -> str:
    """Something of the same form that names nothing."""
    return str(uuid4()) if reference.count("-") == 4 else f"x{uuid4().hex}"[: len(reference)]


def guarded_methods(route: Route) -> list[str]:
    return [method for method, needed in route.permissions.items() if needed != Permission.PUBLIC]


def call(client: APIClient, route: Route, *, method: str) -> int:
    response = getattr(client, method.lower())(route.address(str(uuid4())), {})
    return int(response.status_code)


def assert_fits(status: int, *, role: str, needed: str) -> None:
    allowed = needed in ROLE_PERMISSIONS[role]
    fits = status not in {401, 403, 500} if allowed else status == 403
    assert fits, f"{role} asked for {needed} and got {status}"

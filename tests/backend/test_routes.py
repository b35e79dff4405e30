"""Guards every address at once: each declares its permissions, and nobody gets past them.

The tests are made from the route table, so a new route is covered as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from uuid import uuid4

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from backend.accounts.models import Organization, Role, User
from backend.accounts.permissions import ROLE_PERMISSIONS, SCOPE_ROLES, Permission
from backend.accounts.views import DeclaredView
from tests.backend.factories import make_member, make_user
from tests.backend.routes import METHODS, Route, all_routes, make_any, owned_models, references

# What answers anybody. A new view here is a decision: it must defend itself, so it is named one by one.
PUBLIC_VIEWS = {
    "backend.accounts.api.docs.Docs",
    "backend.accounts.api.docs.Schema",
    "backend.accounts.api.organizations.InviteView",
    "backend.accounts.api.session.SessionView",
    "backend.accounts.api.session.SetupView",
    "backend.approvals.api.LinkDecideView",
    "backend.approvals.api.LinkView",
    "backend.approvals.pages.link_document",
    "backend.approvals.pages.link_page",
    "backend.common.http.single_page_app",
    "backend.insights.api.Metrics",
    "backend.jobs.api.system.Live",
    "backend.jobs.api.system.Ready",
    "backend.triggers.calendar_feed.calendar",
    "backend.triggers.forms.views.form_file",
    "backend.triggers.forms.views.form_page",
    "backend.triggers.forms.views.form_result",
    "backend.triggers.testing.receive_test",
    "backend.triggers.webhooks.receive",
    "backend.workflows.api.catalog.DocumentSchemaView",
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
def test_methods_that_are_not_declared_are_refused(api_key_client: Callable[..., APIClient]) -> None:
    client = api_key_client("admin")

    answers = [
        (f"{method} {route}", call(client, route, method=method))
        for route in ROUTES
        for method in sorted(set(METHODS) - set(route.permissions))
    ]

    assert [answer for answer in answers if answer[1] not in {404, 405}] == []


@pytest.mark.django_db
def test_strangers_get_401() -> None:
    for route, method in guarded_calls():
        with unharmed():
            response = getattr(APIClient(), method.lower())(route.address(str(uuid4())), {})

        assert (response.status_code, response.json()) == (401, UNAUTHORIZED), f"{method} {route}"


@pytest.mark.parametrize("role", Role.values)
def test_members_get_what_their_role_allows(role: str, acme: Organization) -> None:
    member = make_user("member")
    make_member(acme, member, role=role)
    client = APIClient()
    client.force_login(member)

    misfits = [misfit for route, method in guarded_calls() if (misfit := misfit_of(client, route, method, role=role))]

    assert misfits == []


@pytest.mark.parametrize("scope", SCOPE_ROLES)
def test_keys_get_what_their_scope_allows(scope: str, api_key_client: Callable[..., APIClient]) -> None:
    client, role = api_key_client(scope), SCOPE_ROLES[scope]

    misfits = [
        misfit
        for route, method in guarded_calls()
        if route.permissions[method] != Permission.SIGNED_IN  # some of these are for people only
        and (misfit := misfit_of(client, route, method, role=role))
    ]

    assert misfits == []


def test_other_organisations_things_look_as_if_they_did_not_exist(
    alice: User, acme: Organization, globex: Organization, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(alice)
    identity = uuid4()  # of one row of each model: whatever an address names, it is there
    rows = [make_any(model, organization=globex, identity=identity) for model in owned_models()]
    everything = sorted(set.union(*(references(row) for row in rows)))
    told = []

    for route in WITH_REFERENCE:
        known = [reference for reference in everything if route.matches(route.address(reference))]
        assert known, f"no model's id fits {route}: name its parameter so that one does"
        for method, reference in product(guarded_methods(route), known):
            foreign, absent = (ask(client, route.address(text), method) for text in (reference, unused(reference)))
            if foreign != absent or (method == "GET" and foreign[0] != 404):
                told.append(f"{method} {route} tells that {reference} exists")

    assert told == []


def ask(client: APIClient, address: str, method: str) -> tuple[int, str]:
    with unharmed():
        response = getattr(client, method.lower())(address, {})
    reference = next(part for part in reversed(address.split("/")) if len(part) > 20)
    return response.status_code, response.content.decode().replace(reference, "…")


def unused(reference: str) -> str:
    """Something of the same form that names nothing."""
    return str(uuid4()) if reference.count("-") == 4 else f"x{uuid4().hex}"[: len(reference)]


def guarded_calls() -> list[tuple[Route, str]]:
    return [(route, method) for route in GUARDED for method in guarded_methods(route)]


def guarded_methods(route: Route) -> list[str]:
    return [method for method, needed in route.permissions.items() if needed != Permission.PUBLIC]


def call(client: APIClient, route: Route, *, method: str) -> int:
    with unharmed():
        response = getattr(client, method.lower())(route.address(str(uuid4())), {})
    return int(response.status_code)


@contextmanager
def unharmed() -> Iterator[None]:
    """What happens here is undone, so that the next call finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def misfit_of(client: APIClient, route: Route, method: str, *, role: str) -> str:
    """What is wrong with the answer to this role; empty if nothing is."""
    needed, status = route.permissions[method], call(client, route, method=method)
    allowed = needed in ROLE_PERMISSIONS[role]
    fits = status not in {401, 403, 500} if allowed else status == 403
    return "" if fits else f"{method} {route}: {role} asked for {needed} and got {status}"

"""Named people for all tests: Alice owns Acme, Bob edits and Carol looks; Dan owns another organisation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from backend.accounts.actor import Actor
from backend.accounts.models import Membership, Organization, User
from tests.backend.factories import make_api_key, make_member, make_organization, make_user


@pytest.fixture
def alice(db: None) -> User:
    """The owner of Acme."""
    return make_user("alice")


@pytest.fixture
def acme(alice: User) -> Organization:
    """Alice's organisation."""
    return make_organization("acme", owner=alice)


@pytest.fixture
def bob(acme: Organization) -> User:
    """An editor of Acme."""
    return make_member(acme, make_user("bob"), role="editor").user


@pytest.fixture
def carol(acme: Organization) -> User:
    """A viewer of Acme."""
    return make_member(acme, make_user("carol"), role="viewer").user


@pytest.fixture
def dan(db: None) -> User:
    """The owner of Globex, who has nothing to do with Acme."""
    return make_user("dan")


@pytest.fixture
def globex(dan: User) -> Organization:
    """Dan's organisation."""
    return make_organization("globex", owner=dan)


@pytest.fixture
def client_of() -> Callable[[User | None], APIClient]:
    """`client_of(alice)`: a browser that is signed in; `client_of(None)`: one that is not. Neither checks CSRF."""

    def make(user: User | None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def api_key_client(acme: Organization) -> Callable[..., APIClient]:
    """`api_key_client("execute")`: a program with a key of that scope, of Acme unless told otherwise."""

    def make(scope: str = "admin", *, organization: Organization = acme) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_X_API_KEY=make_api_key(organization, scope=scope))
        return client

    return make


@pytest.fixture
def actor_of() -> Callable[[User], Actor]:
    """`actor_of(bob)`: what services take, in the person's first organisation."""

    def make(user: User) -> Actor:
        member = Membership.objects.select_related("organization").filter(user=user).earliest("created_at")
        return Actor(user=user, api_key=None, organization=member.organization, role=member.role)

    return make

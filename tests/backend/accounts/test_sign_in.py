"""Sessions: in, out, wrong, too often, from elsewhere."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from rest_framework.test import APIClient

from backend.accounts.models import Attempt, Organization, User
from backend.accounts.services import attempts
from tests.backend.factories import PASSWORD

CREDENTIALS = {"email": "alice@example.com", "password": PASSWORD}


def browser() -> APIClient:
    """A browser that has opened the page: it checks CSRF and knows the token."""
    client = APIClient(enforce_csrf_checks=True)
    client.get("/api/session/")
    client.credentials(HTTP_X_CSRFTOKEN=client.cookies["csrftoken"].value)
    return client


def sign_in(client: APIClient, *, password: str = PASSWORD, email: str = "alice@example.com"):
    response = client.post("/api/session/", {"email": email, "password": password})
    if response.status_code == 200:
        client.credentials(HTTP_X_CSRFTOKEN=client.cookies["csrftoken"].value)  # it changes with the session
    return response


def test_signing_in_starts_a_session_that_the_server_ends(alice: User, acme: Organization) -> None:
    client = browser()

    assert sign_in(client).json() == {"signed_in": True}
    assert client.get("/api/users/me/").json()["user"]["email"] == "alice@example.com"
    assert client.delete("/api/session/").status_code == 204
    assert client.get("/api/users/me/").status_code == 401
    assert not Session.objects.exists()


def test_the_session_tells_strangers_and_members_apart_without_an_error(alice: User, acme: Organization) -> None:
    client = browser()

    assert client.get("/api/session/").json() == {"signed_in": False, "me": None}
    sign_in(client)
    session = client.get("/api/session/", headers={"X-Organization-ID": str(acme.id)}).json()
    assert session == {"signed_in": True, "me": client.get("/api/users/me/").json()}


def test_addresses_are_known_in_any_case(alice: User) -> None:
    assert sign_in(browser(), email=" Alice@Example.COM ").status_code == 200


def test_the_session_changes_at_sign_in(alice: User, acme: Organization) -> None:
    client = browser()
    client.cookies["session"] = "chosen-by-somebody-else"
    sign_in(client)
    first = client.cookies["session"].value

    sign_in(client)

    assert len({"chosen-by-somebody-else", first, client.cookies["session"].value}) == 3
    assert client.cookies["session"]["httponly"]


@pytest.mark.django_db
def test_wrong_unknown_and_disabled_are_answered_alike(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)

    answers = [
        sign_in(browser(), password="not the password"),
        sign_in(browser(), email="nobody@example.com"),
        sign_in(browser(), email="bob@example.com"),
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(400, answers[0].content)}
    assert answers[0].json()["detail"] == "The e-mail address or the password is wrong."


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_guessing_is_stopped_for_known_and_unknown_accounts(alice: User, email: str) -> None:
    statuses = [sign_in(browser(), email=email, password="guess").status_code for _ in range(11)]

    blocked = sign_in(browser(), email=email)
    assert statuses == [400] * 10 + [429]
    assert blocked.status_code == 429
    assert 0 < int(blocked.headers["Retry-After"]) <= 901
    assert blocked.json()["error"] == "Too many attempts"


def test_many_accounts_cannot_be_tried_from_one_address(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(attempts.LIMITS, "address", 3)

    statuses = [sign_in(browser(), email=f"x{n}@example.com", password="guess").status_code for n in range(4)]

    assert statuses == [400, 400, 400, 429]


def test_success_forgets_the_failures(alice: User) -> None:
    for _ in range(9):
        sign_in(browser(), password="guess")

    assert sign_in(browser()).status_code == 200
    assert not Attempt.objects.filter(key__startswith="account:").exists()


@pytest.mark.django_db
def test_other_sites_cannot_sign_anybody_in() -> None:
    response = APIClient(enforce_csrf_checks=True).post("/api/session/", CREDENTIALS)

    assert response.status_code == 403
    assert "X-CSRFToken" in response.json()["detail"]


def test_writes_with_a_session_need_the_csrf_token(alice: User, acme: Organization) -> None:
    client = browser()
    sign_in(client)
    client.credentials()

    assert client.post("/api/organizations/", {"name": "Forged"}).status_code == 403
    assert client.get("/api/organizations/").status_code == 200


def test_a_new_password_ends_all_other_sessions(alice: User, acme: Organization) -> None:
    here, elsewhere = browser(), browser()
    sign_in(here)
    sign_in(elsewhere)

    new = "quiet lantern 12 meadow"
    changed = here.post("/api/users/me/password/", {"current_password": PASSWORD, "new_password": new})

    assert changed.status_code == 204
    assert here.get("/api/users/me/").status_code == 200
    assert elsewhere.get("/api/users/me/").status_code == 401
    assert sign_in(browser()).status_code == 400
    assert sign_in(browser(), password=new).status_code == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"current_password": "guess", "new_password": "quiet lantern 12 meadow"}, "current_password"),
        ({"current_password": PASSWORD, "new_password": "short"}, "new_password"),
        ({"current_password": PASSWORD, "new_password": "alice@example.com"}, "new_password"),
    ],
)
def test_bad_changes_of_a_password_say_which_field(alice: User, acme: Organization, body: dict, path: str) -> None:
    client = browser()
    sign_in(client)

    response = client.post("/api/users/me/password/", body)

    assert response.status_code == 400
    assert {problem["path"] for problem in response.json()["problems"]} == {path}


def test_a_disabled_person_is_out_at_once(alice: User, acme: Organization) -> None:
    client = browser()
    sign_in(client)

    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert client.get("/api/users/me/").status_code == 401

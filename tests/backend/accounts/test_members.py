"""Members: seen, invited, promoted, removed; there is always an owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from backend.accounts.actor import Actor
from backend.accounts.models import Invite, Membership, Organization, User
from backend.accounts.services.members import member_add
from backend.common.errors import Forbidden
from tests.backend.factories import PASSWORD, make_user

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture
def owner(alice: User, acme: Organization, client_of: ClientOf) -> APIClient:
    """Alice's browser."""
    return client_of(alice)


def address_of(user: User) -> str:
    return f"/api/members/{Membership.objects.get(user=user, organization__slug='acme').id}/"


def invite(owner: APIClient, *, email: str = "Erin@Example.com", role: str = "operator") -> str:
    """The API's address of a new invitation."""
    made = owner.post("/api/members/", {"email": email, "role": role}).json()
    return f"/api/invites/{made['invite_url'].rsplit('/', 1)[1]}/"


def test_people_with_an_account_are_members_at_once(owner: APIClient, dan: User, client_of: ClientOf) -> None:
    made = owner.post("/api/members/", {"email": "DAN@example.com", "role": "viewer"})

    assert (made.status_code, made.json()["status"], "invite_url" in made.json()) == (201, "active", False)
    me = client_of(dan).get("/api/users/me/", headers={"X-Organization-ID": "acme"}).json()
    assert (me["organization"]["slug"], me["role"]) == ("acme", "viewer")
    assert owner.post("/api/members/", {"email": "dan@example.com", "role": "viewer"}).status_code == 409


def test_an_invitation_makes_a_member_once_and_signs_in(owner: APIClient, db: None) -> None:
    address = invite(owner)
    erin = APIClient()
    shown = erin.get(address).json()

    joined = erin.post(address, {"name": "Erin", "password": PASSWORD})

    assert (shown["email"], shown["organization"]["slug"], shown["has_account"]) == ("erin@example.com", "acme", False)
    assert (joined.status_code, joined.json()["status"]) == (201, "active")
    assert erin.get("/api/users/me/").json()["role"] == "operator"
    assert APIClient().post(address, {"name": "Eve", "password": PASSWORD}).status_code == 404
    assert [row["email"] for row in owner.get("/api/members/").json()["results"]] == [
        "alice@example.com",
        "erin@example.com",
    ]


def test_an_invitation_of_a_known_person_asks_for_their_password(owner: APIClient, dan: User) -> None:
    address = invite(owner, email="frank@example.com")
    User.objects.filter(pk=dan.pk).update(email="frank@example.com")  # signed up elsewhere in the meantime

    assert APIClient().post(address, {"password": "not the password"}).status_code == 400
    assert APIClient().post(address, {"password": PASSWORD}).status_code == 201
    assert Membership.objects.filter(user=dan, organization__slug="acme").exists()


def test_guessing_at_an_invitation_is_counted(owner: APIClient, dan: User) -> None:
    address = invite(owner, email="frank@example.com")
    User.objects.filter(pk=dan.pk).update(email="frank@example.com")

    statuses = [APIClient().post(address, {"password": "guess"}).status_code for _ in range(11)]

    assert statuses == [400] * 10 + [429]


def test_invitations_end(owner: APIClient) -> None:
    first, second = invite(owner), invite(owner)

    assert APIClient().get(first).status_code == 404  # the second replaced it
    assert APIClient().get(second).status_code == 200
    Invite.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert APIClient().get(second).status_code == 404


def test_invitations_are_listed_and_can_be_taken_back(owner: APIClient) -> None:
    address = invite(owner)
    row = owner.get("/api/members/").json()["results"][1]

    assert (row["email"], row["status"], "invite_url" in row) == ("erin@example.com", "invited", False)
    assert owner.patch(f"/api/members/{row['id']}/", {"role": "viewer"}).json()["role"] == "viewer"
    assert owner.delete(f"/api/members/{row['id']}/").status_code == 204
    assert APIClient().get(address).status_code == 404


def test_weak_passwords_do_not_use_up_an_invitation(owner: APIClient) -> None:
    address = invite(owner)

    refused = APIClient().post(address, {"name": "Erin", "password": "password1234"})

    assert [problem["path"] for problem in refused.json()["problems"]] == ["password"]
    assert APIClient().get(address).status_code == 200


def test_roles_change_at_once(owner: APIClient, bob: User, client_of: ClientOf) -> None:
    assert owner.patch(address_of(bob), {"role": "viewer"}).json()["role"] == "viewer"
    assert client_of(bob).get("/api/users/me/").json()["role"] == "viewer"
    assert owner.delete(address_of(bob)).status_code == 204
    assert client_of(bob).get("/api/members/").status_code == 403


def test_the_last_owner_stays(owner: APIClient, alice: User, bob: User) -> None:
    assert owner.patch(address_of(alice), {"role": "editor"}).status_code == 409
    assert owner.delete(address_of(alice)).status_code == 409
    owner.patch(address_of(bob), {"role": "owner"})
    assert owner.delete(address_of(alice)).status_code == 204


def test_a_disabled_owner_does_not_count(owner: APIClient, alice: User, bob: User) -> None:
    owner.patch(address_of(bob), {"role": "owner"})
    User.objects.filter(pk=bob.pk).update(is_active=False)

    assert owner.delete(address_of(alice)).status_code == 409


def test_nobody_gives_a_role_above_their_own(bob: User, actor_of: Callable[[User], Actor]) -> None:
    with pytest.raises(Forbidden):
        member_add(actor_of(bob), email="eve@example.com", role="owner")


def test_unknown_fields_and_roles_are_refused(owner: APIClient) -> None:
    response = owner.post("/api/members/", {"email": "e@example.com", "role": "emperor", "is_staff": True})

    assert {problem["path"] for problem in response.json()["problems"]} == {"role", "is_staff"}


def test_the_organisation_is_the_one_asked_for(owner: APIClient, alice: User, globex: Organization) -> None:
    made = owner.post("/api/organizations/", {"name": "Second Try"}).json()

    for reference in (made["id"], "second-try"):
        me = owner.get("/api/users/me/", headers={"X-Organization-ID": reference}).json()
        assert (me["organization"]["slug"], me["role"]) == ("second-try", "owner")
    assert owner.get("/api/users/me/").json()["organization"]["slug"] == "acme"
    assert owner.get("/api/members/", headers={"X-Organization-ID": "globex"}).status_code == 404
    assert owner.get("/api/members/", headers={"X-Organization-ID": str(globex.id)}).status_code == 404


def test_me_says_what_i_may_do(carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)

    me = client.get("/api/users/me/").json()

    assert me["user"]["name"] == "Carol"
    assert "workflow.view" in me["permissions"]
    assert "workflow.edit" not in me["permissions"]
    assert [(row["slug"], row["role"]) for row in me["organizations"]] == [("acme", "viewer")]
    assert client.patch("/api/users/me/", {"name": "Caro"}).json()["user"]["name"] == "Caro"
    assert client.patch("/api/users/me/", {"is_active": False}).status_code == 400


@pytest.mark.django_db
def test_somebody_without_an_organisation_can_still_ask_who_they_are(client_of: ClientOf) -> None:
    client = client_of(make_user("erin"))

    me = client.get("/api/users/me/").json()
    assert (me["organization"], me["role"], me["permissions"]) == (None, None, [])
    assert client.get("/api/organizations/").status_code == 403


def test_owners_rename_their_organisation_and_no_other(
    owner: APIClient, bob: User, globex: Organization, acme: Organization, client_of: ClientOf
) -> None:
    address = f"/api/organizations/{acme.id}/"

    assert owner.patch(address, {"name": " Acme Works "}).json()["name"] == "Acme Works"
    assert owner.patch(address, {"name": "  "}).status_code == 400
    assert owner.patch(f"/api/organizations/{globex.id}/", {"name": "Mine"}).status_code == 404
    assert client_of(bob).patch(address, {"name": "Bob's"}).status_code == 403
    acme.refresh_from_db()
    assert (acme.name, acme.slug) == ("Acme Works", "acme")

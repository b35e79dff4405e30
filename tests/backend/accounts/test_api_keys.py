"""API keys: shown once, scoped, expiring, revocable."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from backend.accounts.actor import Actor
from backend.accounts.models import ApiKey, Organization, User
from backend.accounts.services.api_keys import api_key_create
from backend.common.errors import Forbidden
from tests.backend.factories import make_api_key

ClientOf = Callable[[User | None], APIClient]


def who(key: str, **headers: str):
    return APIClient().get("/api/users/me/", headers={"X-API-Key": key, **headers})


def test_the_text_of_a_key_is_shown_once_and_not_kept(alice: User, acme: Organization, client_of: ClientOf) -> None:
    client = client_of(alice)

    made = client.post("/api/api-keys/", {"name": "Reports", "scope": "execute"})

    text = made.json()["key"]
    assert (made.status_code, len(text), text[:3]) == (201, 46, "sg_")
    listed = client.get("/api/api-keys/").json()["results"]
    assert [(row["name"], row["scope"], row["created_by"]) for row in listed] == [("Reports", "execute", alice.email)]
    assert "key" not in listed[0]
    assert not ApiKey.objects.filter(digest__contains=text).exists()
    assert who(text).json()["role"] == "operator"


def test_both_headers_carry_a_key(acme: Organization) -> None:
    key = make_api_key(acme)

    bearer = APIClient().get("/api/users/me/", headers={"Authorization": f"Bearer {key}"})

    assert bearer.json() == who(key).json()
    assert bearer.json()["user"] is None
    assert bearer.json()["organization"]["slug"] == "acme"


def test_a_key_in_the_address_does_not_count(acme: Organization) -> None:
    assert APIClient().get("/api/users/me/", {"api_key": make_api_key(acme)}).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "sg_wrong", "sg_" + "x" * 43, "something else", "\N{SNOWMAN}"])
def test_wrong_keys_get_the_one_answer(key: str) -> None:
    response = who(key)

    assert response.status_code == 401
    assert response.json() == {"error": "Unauthorized", "detail": "Invalid or missing API key", "status": 401}


def test_a_wrong_key_is_not_rescued_by_a_session(alice: User, acme: Organization, client_of: ClientOf) -> None:
    assert client_of(alice).get("/api/users/me/", headers={"X-API-Key": "sg_wrong"}).status_code == 401


def test_a_revoked_key_is_dead(alice: User, acme: Organization, client_of: ClientOf) -> None:
    made = client_of(alice).post("/api/api-keys/", {"name": "Old", "scope": "read"}).json()

    assert client_of(alice).delete(f"/api/api-keys/{made['id']}/").status_code == 204

    assert who(made["key"]).status_code == 401
    assert client_of(alice).delete(f"/api/api-keys/{made['id']}/").status_code == 404


def test_an_expired_key_is_dead(acme: Organization) -> None:
    key = make_api_key(acme)
    assert who(key).status_code == 200

    ApiKey.objects.update(expires_at=timezone.now())

    assert who(key).status_code == 401


def test_an_expiry_in_the_past_is_refused(alice: User, acme: Organization, client_of: ClientOf) -> None:
    body = {"name": "Late", "scope": "read", "expires_at": "2020-01-01T00:00:00Z"}

    response = client_of(alice).post("/api/api-keys/", body)

    assert [problem["path"] for problem in response.json()["problems"]] == ["expires_at"]


def test_the_last_use_is_noted_at_most_once_a_minute(acme: Organization) -> None:
    key = make_api_key(acme)
    who(key)
    first = ApiKey.objects.get().last_used_at
    who(key)
    second = ApiKey.objects.get().last_used_at
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    who(key)

    assert first == second
    assert ApiKey.objects.get().last_used_at >= first


def test_a_key_works_in_its_own_organisation_only(acme: Organization, globex: Organization) -> None:
    key = make_api_key(acme)

    assert who(key, **{"X-Organization-ID": "acme"}).status_code == 200
    assert who(key, **{"X-Organization-ID": str(acme.id).upper()}).status_code == 200
    assert who(key, **{"X-Organization-ID": str(globex.id)}).status_code == 404


def test_nobody_makes_a_key_above_their_own_role(bob: User, actor_of: Callable[[User], Actor]) -> None:
    editor = actor_of(bob)

    with pytest.raises(Forbidden):
        api_key_create(editor, name="More", role="owner")
    assert api_key_create(editor, name="Same", role="editor")[0].role == "editor"


def test_a_key_that_may_execute_cannot_manage(api_key_client: Callable[..., APIClient]) -> None:
    client = api_key_client("execute")

    assert client.post("/api/api-keys/", {"name": "More", "scope": "admin"}).status_code == 403
    assert client.get("/api/members/").status_code == 200
    assert client.patch("/api/users/me/", {"name": "Nobody"}).status_code == 403


@pytest.mark.django_db
def test_the_command_prints_only_a_key_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_api_key", name="CI", scope="edit", organization="built-by-command")

    key = capsys.readouterr().out.strip()
    me = who(key).json()
    assert (me["role"], me["organization"]["slug"]) == ("editor", "built-by-command")


def test_the_command_uses_the_oldest_organisation_and_prints_json(
    acme: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_api_key", "--json", name="CI", scope="admin")

    row = json.loads(capsys.readouterr().out)
    assert (row["organization"], row["scope"], who(row["key"]).status_code) == ("acme", "admin", 200)

"""The first run: once, by the administrator alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from backend.accounts.errors import AlreadySetUp
from backend.accounts.models import Membership, Organization, User
from backend.accounts.services.first_run import owner_create
from tests.backend.factories import PASSWORD

BODY = {"email": "Olga@example.com", "name": "Olga", "password": PASSWORD, "organization": "Olga & Co"}
LOCAL = {"HTTP_HOST": "localhost:8000"}


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> Path:
    """A home without a token."""
    settings.STEPGRAPH_HOME = tmp_path
    settings.DEVELOPMENT = True
    settings.ALLOWED_HOSTS = ["*"]
    return tmp_path


@pytest.mark.django_db
def test_the_first_owner_is_made_once_and_signed_in() -> None:
    client = APIClient()
    assert client.get("/api/setup/", **LOCAL).json() == {"needed": True, "token_required": False}

    made = client.post("/api/setup/", BODY, **LOCAL)

    assert made.status_code == 201
    assert (made.json()["role"], made.json()["organization"]["slug"]) == ("owner", "olga-co")
    assert client.get("/api/users/me/").json()["user"]["email"] == "olga@example.com"
    assert client.get("/api/setup/", **LOCAL).json() == {"needed": False, "token_required": False}
    assert APIClient().post("/api/setup/", BODY, **LOCAL).status_code == 409
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("development", "environment"),
    [(False, LOCAL), (True, {**LOCAL, "REMOTE_ADDR": "203.0.113.5"}), (True, {"HTTP_HOST": "rebound.example.com"})],
)
def test_without_the_developers_own_machine_the_token_is_needed(
    settings: LazySettings, home: Path, development: bool, environment: dict[str, str]
) -> None:
    settings.DEVELOPMENT = development
    client = APIClient()
    assert client.get("/api/setup/", **environment).json()["token_required"]
    token = (home / "keys" / "setup_token").read_text()

    for wrong in ("", "wrong"):
        refused = client.post("/api/setup/", {**BODY, "token": wrong}, **environment)
        assert [problem["path"] for problem in refused.json()["problems"]] == ["token"]

    assert client.post("/api/setup/", {**BODY, "token": token}, **environment).status_code == 201
    assert not (home / "keys" / "setup_token").exists()


@pytest.mark.django_db
def test_an_empty_token_file_opens_nothing(settings: LazySettings, home: Path) -> None:
    settings.DEVELOPMENT = False
    (home / "keys").mkdir()
    (home / "keys" / "setup_token").touch()

    assert APIClient().post("/api/setup/", {**BODY, "token": ""}, **LOCAL).status_code == 400


@pytest.mark.django_db
def test_a_weak_password_makes_nothing() -> None:
    response = APIClient().post("/api/setup/", {**BODY, "password": "olga"}, **LOCAL)

    assert {problem["path"] for problem in response.json()["problems"]} == {"password"}
    assert not User.objects.exists()
    assert not Organization.objects.exists()
    assert APIClient().post("/api/setup/", BODY, **LOCAL).status_code == 201


@pytest.mark.django_db
def test_what_keys_stored_before_the_first_run_belongs_to_its_owner(capsys: pytest.CaptureFixture[str]) -> None:
    for organization in ("", "other"):
        call_command("create_api_key", name="CI", scope="admin", organization=organization)

    made = APIClient().post("/api/setup/", BODY, **LOCAL).json()

    assert made["organization"] == {**made["organization"], "name": "Olga & Co", "slug": "default"}
    assert [(row["slug"], row["role"]) for row in made["organizations"]] == [("default", "owner"), ("other", "owner")]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_wins() -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def run(name: str) -> None:
        start.wait()
        try:
            owner_create(email=f"{name}@example.com", name=name, password=PASSWORD, organization=name)
            outcomes.append("made")
        except AlreadySetUp:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("olga", "otto")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "refused"]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_create_admin_makes_an_owner_and_mends_a_lost_password(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("create_admin", email="Olga@example.com", password=PASSWORD, organization="Olga & Co")
    monkeypatch.setenv("STEPGRAPH_ADMIN_PASSWORD", "another fine password 9")
    call_command("create_admin", email="olga@example.com")

    member = Membership.objects.get()
    assert (member.role, member.organization.name) == ("owner", "Olga & Co")
    signed_in = APIClient().post("/api/session/", {"email": "olga@example.com", "password": "another fine password 9"})
    assert signed_in.status_code == 200


@pytest.mark.django_db
def test_create_admin_says_what_is_wrong_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEPGRAPH_ADMIN_PASSWORD", raising=False)

    with pytest.raises(CommandError, match="STEPGRAPH_ADMIN_PASSWORD"):
        call_command("create_admin", email="olga@example.com")
    with pytest.raises(CommandError, match="too short"):
        call_command("create_admin", email="olga@example.com", password="short")
    assert not User.objects.exists()

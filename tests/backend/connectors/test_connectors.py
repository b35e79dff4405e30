"""Connectors over HTTP: made, changed, tested, used, deleted, and never read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Organization
from backend.common import crypto
from backend.connectors import opening, sealing
from backend.connectors.errors import Unusable
from backend.connectors.models import Connector, Secret

KEY = "sk-live-0123456789abcdef"
CONFIG = {"base_url": "https://api.example.com/v1", "api_key": KEY}


@pytest.fixture
def client(api_key_client: Callable[..., APIClient]) -> APIClient:
    return api_key_client("edit")


def make(client: APIClient, config: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    body = {"name": "My probe", "type": "test_probe", "config": config or CONFIG, **values}
    answer = client.post("/api/connectors/", body)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def opened(organization: Organization, slug: str = "my-probe") -> Any:
    return opening.connector_open(organization.pk, slug).config


def test_a_connector_is_shown_without_its_secrets(client: APIClient, acme: Organization) -> None:
    made = make(client)

    shown = client.get(f"/api/connectors/{made['slug']}/")

    assert shown.json()["config"] == {"base_url": "https://api.example.com/v1"}
    assert shown.json()["secrets"] == {"api_key": {"set": True, "hint": "…cdef"}}
    assert (shown.json()["slug"], shown.json()["family"], shown.json()["last_used"]) == ("my-probe", "http", None)
    assert KEY not in shown.content.decode() + client.get("/api/connectors/").content.decode()
    assert opened(acme).api_key.get_secret_value() == KEY


def test_types_describe_their_forms(client: APIClient) -> None:
    found = {entry["type"]: entry for entry in client.get("/api/connector-types/").json()}

    assert found["test_probe"]["family"] == "http"
    assert found["test_probe"]["config_schema"]["properties"]["api_key"]["x-kind"] == "secret"
    assert found["test_probe"]["help"] == "Says what it was given."


def test_every_problem_of_the_settings_is_told_at_once(client: APIClient) -> None:
    body = {"name": "X", "type": "test_probe", "config": {"modell": "x", "base_url": "https://{{ vars.host }}"}}

    answer = client.post("/api/connectors/", body)

    assert answer.status_code == 400
    paths = {problem["path"]: problem["hint"] for problem in answer.json()["problems"]}
    assert set(paths) == {"config.api_key", "config.modell", "config.base_url"}
    assert paths["config.api_key"] == "Add “api_key” (Of your account)."


def test_an_unknown_type_is_refused_with_a_suggestion(client: APIClient) -> None:
    answer = client.post("/api/connectors/", {"name": "X", "type": "test_prob", "config": {}})

    assert answer.status_code == 400
    assert "test_probe" in answer.json()["problems"][0]["hint"]


def test_slugs_are_made_free_and_refused_when_taken(client: APIClient) -> None:
    make(client)

    assert make(client)["slug"] == "my-probe-2"
    body = {"name": "Other", "slug": "my-probe", "type": "test_probe", "config": CONFIG}
    assert client.post("/api/connectors/", body).status_code == 409


def test_secrets_that_are_not_sent_stay(client: APIClient, acme: Organization) -> None:
    make(client, {**CONFIG, "login": {"user": "ann", "password": "hunter22"}, "headers": {"X-A": "aaaaaa", "X-B": "b"}})
    change = {"base_url": "https://api.example.com/v2", "model": "big", "login": {"user": "bob", "password": None}}

    answer = client.patch("/api/connectors/my-probe/", {"config": {**change, "headers": {"X-A": None}}})

    assert answer.status_code == 200, answer.json()
    config = opened(acme)
    assert config.api_key.get_secret_value() == KEY
    assert (config.login.user, config.login.password.get_secret_value()) == ("bob", "hunter22")
    assert {name: value.get_secret_value() for name, value in config.headers.items()} == {"X-A": "aaaaaa"}


def test_an_empty_secret_is_cleared(client: APIClient) -> None:
    make(client, {**CONFIG, "login": {"user": "ann", "password": "hunter22"}})

    login = {"user": "ann", "password": ""}
    answer = client.patch("/api/connectors/my-probe/", {"config": {"base_url": CONFIG["base_url"], "login": login}})

    assert set(answer.json()["secrets"]) == {"api_key"}
    emptied = client.patch("/api/connectors/my-probe/", {"config": CONFIG | {"api_key": ""}})
    assert emptied.json()["problems"][0]["path"] == "config.api_key"


def test_another_host_clears_the_secrets(client: APIClient, acme: Organization) -> None:
    make(client)

    answer = client.patch("/api/connectors/my-probe/", {"config": {"base_url": "https://evil.example.com"}})

    assert answer.status_code == 200
    assert (answer.json()["secrets"], answer.json()["missing"]) == ({}, ["api_key"])
    with pytest.raises(Unusable, match="not complete: check api_key"):
        opened(acme)
    again = client.patch(
        "/api/connectors/my-probe/", {"config": {"base_url": "https://evil.example.com", "api_key": "newkey"}}
    )
    assert again.json()["missing"] == []


def test_a_target_changed_in_the_database_does_not_open(client: APIClient, acme: Organization) -> None:
    make(client)
    Connector.objects.update(target="https://evil.example.com:")

    with pytest.raises(Unusable, match="changed in the database"):
        opened(acme)


def test_secrets_moved_to_another_row_do_not_open(client: APIClient, acme: Organization) -> None:
    make(client)
    make(client)
    first, second = Connector.objects.order_by("id")
    Connector.objects.filter(pk=second.pk).update(sealed=first.sealed)

    with pytest.raises(crypto.Undecryptable):
        sealing.open_connector(Connector.objects.get(pk=second.pk))


def test_a_test_says_what_it_found_and_is_remembered(client: APIClient) -> None:
    make(client)

    result = client.post("/api/connectors/my-probe/test/").json()

    assert result == {"ok": True, "message": f"Length {len(KEY)}", "hint": "", "details": {}}
    assert client.get("/api/connectors/my-probe/").json()["last_test"]["ok"] is True


def test_a_crash_of_a_test_is_told_without_the_secret(client: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    make(client, {**CONFIG, "model": "crash"})

    result = client.post("/api/connectors/my-probe/test/").json()

    assert result["ok"] is False
    assert result["message"] == "The test itself failed: RuntimeError: cannot use ***"


def test_settings_are_tested_before_they_are_saved(client: APIClient) -> None:
    make(client)
    unsaved = {"type": "test_probe", "connector": "my-probe", "config": {"base_url": "https://api.example.com/v9"}}

    kept = client.post("/api/connectors/test/", unsaved)
    moved = client.post("/api/connectors/test/", {**unsaved, "config": {"base_url": "https://evil.example.com"}})

    assert kept.json()["message"] == f"Length {len(KEY)}"
    assert moved.status_code == 400
    assert moved.json()["problems"][0]["path"] == "config.api_key"


def test_templates_in_secret_fields_are_filled_in(client: APIClient, acme: Organization) -> None:
    client.post("/api/secrets/", {"key": "TOKEN", "value": "topsecretvalue"})
    client.post("/api/variables/", {"key": "PREFIX", "value": "pre-"})
    make(client, {**CONFIG, "api_key": "{{ vars.PREFIX }}{{ secrets.TOKEN }}"})

    found = opening.connector_open(acme.pk, "my-probe")

    assert found.config.api_key.get_secret_value() == "pre-topsecretvalue"
    assert set(found.secrets) == {"topsecretvalue", "pre-topsecretvalue"}
    assert Secret.objects.get().last_used_at is not None
    users = client.get("/api/secrets/TOKEN/").json()["used_by"]
    assert [(user["kind"], user["slug"]) for user in users] == [("connector", "my-probe")]


def test_a_bound_secret_goes_to_its_hosts_only(client: APIClient, acme: Organization) -> None:
    client.post("/api/secrets/", {"key": "TOKEN", "value": "topsecretvalue", "allowed_hosts": ["*.example.org"]})
    make(client, {**CONFIG, "api_key": "{{ secrets.TOKEN }}"})
    make(client, {"base_url": "https://api.example.org", "api_key": "{{ secrets.TOKEN }}"}, name="Right")

    with pytest.raises(Unusable, match=r"may only be sent to \*.example.org"):
        opened(acme)
    assert opened(acme, "right").api_key.get_secret_value() == "topsecretvalue"


def test_opening_notes_the_use(client: APIClient, acme: Organization) -> None:
    make(client)

    opened(acme)

    assert client.get("/api/connectors/my-probe/").json()["last_used"] is not None


def test_a_missing_connector_is_named_with_a_suggestion(client: APIClient, acme: Organization) -> None:
    make(client)

    with pytest.raises(Unusable, match=r"There is no connector “my-prob”. Did you mean “my-probe”"):
        opened(acme, "my-prob")


def test_families_are_kept_apart(client: APIClient, acme: Organization) -> None:
    make(client)

    with pytest.raises(Unusable, match="is a Probe connector, and one for ai is needed"):
        opening.connector_open(acme.pk, "my-probe", family="ai")


def test_viewers_look_and_do_not_touch(client: APIClient, api_key_client: Callable[..., APIClient]) -> None:
    make(client)
    viewer = api_key_client("read")

    assert viewer.get("/api/connectors/my-probe/").status_code == 200
    assert viewer.post("/api/connectors/my-probe/test/").status_code == 403
    assert viewer.delete("/api/connectors/my-probe/").status_code == 403

"""Secrets and variables over HTTP, and the rotation of keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from backend.accounts.models import Organization
from backend.common import crypto
from backend.connectors import opening
from backend.connectors.errors import Unusable
from backend.connectors.models import Secret
from backend.workflows import resources

VALUE = "s3cr3t value with\nlines"


@pytest.fixture
def client(api_key_client: Callable[..., APIClient]) -> APIClient:
    return api_key_client("edit")


def test_a_secret_is_written_and_never_read(client: APIClient, acme: Organization) -> None:
    made = client.post("/api/secrets/", {"key": "CRM_TOKEN", "value": VALUE})

    texts = [made.content, client.get("/api/secrets/").content, client.get("/api/secrets/CRM_TOKEN/").content]
    assert made.status_code == 201
    assert made.json()["set"] is True
    assert not any(b"s3cr3t" in text for text in texts)
    assert opening.secret_open(acme.pk, "CRM_TOKEN").value == VALUE
    assert "s3cr3t" not in Secret.objects.get().sealed


def test_setting_it_again_changes_the_value(client: APIClient, acme: Organization) -> None:
    client.post("/api/secrets/", {"key": "TOKEN", "value": "first-value", "description": "CRM"})

    again = client.post("/api/secrets/", {"key": "TOKEN", "value": "second-value"})

    assert (again.status_code, again.json()["description"]) == (200, "CRM")
    assert opening.secret_open(acme.pk, "TOKEN").value == "second-value"


def test_who_asks_for_a_new_one_changes_none(client: APIClient, acme: Organization) -> None:
    first = {"key": "TOKEN", "value": "first-value", "allowed_hosts": ["a.example"]}
    made = client.post("/api/secrets/", first, headers={"If-None-Match": "*"})

    taken = client.post("/api/secrets/", {"key": "TOKEN", "value": "other"}, headers={"If-None-Match": "*"})

    assert (made.status_code, taken.status_code) == (201, 409)
    assert [(one["path"], one["message"]) for one in taken.json()["problems"]] == [("key", "This key is taken.")]
    assert opening.secret_open(acme.pk, "TOKEN").value == "first-value"
    assert client.get("/api/secrets/TOKEN/").json()["allowed_hosts"] == ["a.example"]


def test_more_hosts_clear_the_value_and_fewer_keep_it(client: APIClient, acme: Organization) -> None:
    client.post("/api/secrets/", {"key": "TOKEN", "value": "first-value", "allowed_hosts": ["a.example", "B.example"]})

    fewer = client.patch("/api/secrets/TOKEN/", {"allowed_hosts": ["b.example"]})
    assert fewer.json()["set"] is True
    assert opening.secret_open(acme.pk, "TOKEN").value == "first-value"

    other = client.patch("/api/secrets/TOKEN/", {"allowed_hosts": ["evil.example"]})
    assert other.json()["set"] is False
    with pytest.raises(Unusable, match="Enter it again"):
        opening.secret_open(acme.pk, "TOKEN")

    sent = client.patch("/api/secrets/TOKEN/", {"allowed_hosts": [], "value": "another"})
    assert sent.json()["set"] is True


@pytest.mark.parametrize("key", ["with space", "1st", "a-b", ""])
def test_keys_are_names(client: APIClient, key: str) -> None:
    assert client.post("/api/secrets/", {"key": key, "value": "x"}).status_code == 400
    assert client.post("/api/variables/", {"key": key, "value": "x"}).status_code == 400


def test_variables_hold_any_json(client: APIClient, acme: Organization) -> None:
    made = client.post("/api/variables/", {"key": "LIMITS", "value": {"rows": [1, 2]}})
    taken = client.post("/api/variables/", {"key": "LIMITS", "value": 1})
    changed = client.patch("/api/variables/LIMITS/", {"value": None})

    assert (made.status_code, made.json()["value"]) == (201, {"rows": [1, 2]})
    assert taken.status_code == 409
    assert changed.json()["value"] is None
    assert client.delete("/api/variables/LIMITS/").status_code == 204


def publish(client: APIClient, *steps: dict[str, Any]) -> Any:
    definition = {"stepgraph": 1, "name": "Uses", "steps": list(steps)}
    made = client.post("/api/workflows/", {"name": "Uses", "definition": definition})
    assert made.status_code == 201, made.json()
    return client.post("/api/workflows/uses/publish/", {})


CALL = {
    "id": "call",
    "type": "api",
    "config": {
        "url": "https://example.com/{{ vars.REGION }}",
        "headers": {"X-Key": "{{ secrets.TOKEN }}", "X-Other": "{{ secrets['OTHER'] }}"},
    },
}


def test_names_inside_sql_are_looked_for_too() -> None:
    config = {"connector": "shop", "query": "SELECT * FROM orders WHERE region = {{ vars.REGION }}"}
    document = {"name": "Orders", "steps": [{"id": "orders", "type": "database", "config": config}]}

    found = {(reference.kind, reference.name) for reference in resources.references(document)}

    assert found == {("connector", "shop"), ("variable", "REGION")}


def test_publishing_names_what_is_missing(client: APIClient) -> None:
    client.post("/api/secrets/", {"key": "OTHERS", "value": "abc"})

    answer = publish(client, CALL)

    problems = {problem["path"]: (problem["code"], problem["hint"]) for problem in answer.json()["problems"]}
    assert answer.status_code == 400
    assert problems == {
        "steps[0].config.url": ("unknown_variable", "Make it under Variables."),
        "steps[0].config.headers.X-Key": ("unknown_secret", "Make it under Secrets."),
        "steps[0].config.headers.X-Other": ("unknown_secret", "Did you mean “OTHERS”?"),
    }
    validated = client.post("/api/workflows/uses/validate/", {}).json()
    assert {problem["code"] for problem in validated["errors"]} == {"unknown_variable", "unknown_secret"}


def test_what_is_used_is_not_deleted_unless_forced(client: APIClient) -> None:
    for key in ("TOKEN", "OTHER"):
        client.post("/api/secrets/", {"key": key, "value": "some-value"})
    client.post("/api/variables/", {"key": "REGION", "value": "eu"})
    assert publish(client, CALL).status_code == 200

    for address in ("/api/secrets/TOKEN/", "/api/secrets/OTHER/", "/api/variables/REGION/"):
        refused = client.delete(address)
        assert refused.status_code == 409
        assert [user["slug"] for user in refused.json()["used_by"]] == ["uses"]
        assert client.get(address).json()["used_by"] == refused.json()["used_by"]
        assert client.delete(f"{address}?force=true").status_code == 204


def test_keys_are_rotated(client: APIClient, acme: Organization, settings: Any, capsys: Any) -> None:
    client.post("/api/secrets/", {"key": "TOKEN", "value": VALUE})
    client.post(
        "/api/connectors/",
        {"name": "P", "type": "test_probe", "config": {"base_url": "https://x.example", "api_key": "k"}},
    )
    old = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = ["n" * 40, *old]

    with pytest.raises(SystemExit):
        call_command("rotate_secrets", "--check")
    call_command("rotate_secrets", "--json")
    first = json.loads(capsys.readouterr().out.splitlines()[-1])
    settings.ENCRYPTION_KEYS = ["n" * 40]
    call_command("rotate_secrets", "--check")

    assert (first["Secret.sealed"], first["Connector.sealed"]) == (1, 1)
    assert opening.secret_open(acme.pk, "TOKEN").value == VALUE
    settings.ENCRYPTION_KEYS = old
    with pytest.raises(Unusable, match=crypto.key_id("n" * 40)):
        opening.secret_open(acme.pk, "TOKEN")

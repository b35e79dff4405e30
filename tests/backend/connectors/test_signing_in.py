"""Signing in for a connector in a browser, against a provider that checks."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.accounts.models import Membership
from backend.catalog.connectors import Outside
from backend.common.egress import EgressPolicy
from backend.connectors import opening
from backend.connectors.models import Connector
from tests.http_server import Answer
from workers.http.request import Request
from workers.http.sending import Sender

CALLBACK = "/api/oauth/callback/"


@pytest.fixture
def provider(server, settings):
    """A token server that takes a code once, if the verifier fits, and renews tokens."""
    settings.STEPGRAPH_EGRESS_ALLOW = ["127.0.0.0/8"]
    server.challenge, server.given = "", 0

    def give(handler):
        form = {name: values[0] for name, values in parse_qs(server.seen[-1].body.decode()).items()}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == server.challenge and form.get("code") == "c0de"
        good = fits if form["grant_type"] == "authorization_code" else form["refresh_token"] == "refresh-1"
        server.given += good
        body = {"access_token": f"access-{server.given}", "expires_in": 3600}
        if form["grant_type"] == "authorization_code":
            body["refresh_token"] = "refresh-1"
        content = json.dumps(body if good else {"error": "invalid_grant"}).encode()
        handler.send_response(200 if good else 400)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    server.answers["/token"] = Answer(write=give)
    server.answers["/me"] = Answer(body=b"me")
    return server


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


@pytest.fixture
def crm(client, provider):
    auth = {
        "type": "oauth2_authorization_code",
        "authorize_url": f"{provider.url}/authorize?tenant=1",
        "token_url": f"{provider.url}/token",
        "client_id": "cl1ent",
        "client_secret": "s3cret",
        "scope": "a b",
    }
    body = {"name": "CRM", "slug": "crm", "type": "http", "config": {"base_url": provider.url, "auth": auth}}
    assert client.post("/api/connectors/", body).status_code == 201
    return Connector.objects.get()


def begin(client, provider):
    asked = parse_qs(urlsplit(client.post("/api/connectors/crm/sign-in/").json()["url"]).query)
    provider.challenge = asked["code_challenge"][0]
    return asked


def test_signing_in_and_using_it(client, provider, crm):
    asked = begin(client, provider)
    assert (asked["tenant"], asked["client_id"], asked["scope"]) == (["1"], ["cl1ent"], ["a b"])
    assert asked["redirect_uri"][0].endswith(CALLBACK)

    answer = client.get(CALLBACK, {"code": "c0de", "state": asked["state"][0]})

    assert (answer.status_code, answer["Location"]) == (302, "/connectors?signed_in=crm")
    row = Connector.objects.get()
    assert "refresh-1" not in row.sealed_tokens
    assert row.sealed_tokens
    assert provider.seen[-1].headers["authorization"].startswith("Basic ")
    assert get_me(crm, provider) == "Bearer access-1"


def get_me(row, provider):
    """How a step's request says who it is."""
    policy = EgressPolicy.from_words(["127.0.0.0/8"])
    opened = opening.row_open(Connector.objects.get(pk=row.pk))
    assert {"access-1", "refresh-1"} <= set(opened.secrets)
    outside = Outside(policy)
    scheme = opened.instance(outside).authenticator()
    Sender(outside.http(), time.monotonic() + 10, lambda: False, scheme).send(Request("GET", f"{provider.url}/me"))
    return provider.seen[-1].headers["authorization"]


def test_old_tokens_are_renewed_and_kept_for_all_workers(client, provider, crm):
    asked = begin(client, provider)
    client.get(CALLBACK, {"code": "c0de", "state": asked["state"][0]})
    kept = opening.row_open(Connector.objects.get()).kept
    kept.save(json.dumps({**json.loads(kept.load()), "expires_at": 0}))

    assert get_me(crm, provider) == "Bearer access-2"
    assert json.loads(kept.load())["access_token"] == "access-2"
    assert json.loads(kept.load())["refresh_token"] == "refresh-1"


@pytest.mark.parametrize(
    "change", [lambda q: {**q, "state": "made.up"}, lambda q: {"error": "denied"}, lambda q: {"state": q["state"]}]
)
def test_a_callback_that_does_not_belong_here(client, provider, crm, change):
    asked = begin(client, provider)

    answer = client.get(CALLBACK, change({"code": "c0de", "state": asked["state"][0]}))

    assert answer.status_code == 400
    assert provider.given == 0


def test_another_persons_sign_in(client, provider, crm, bob, client_of):
    asked = begin(client, provider)

    answer = client_of(bob).get(CALLBACK, {"code": "c0de", "state": asked["state"][0]})

    assert answer.status_code == 400
    assert provider.given == 0


@pytest.mark.parametrize(
    ("meanwhile", "status"), [(lambda rows: rows.update(role="viewer"), 403), (lambda rows: rows.delete(), 404)]
)
def test_somebody_who_lost_the_right_to_it_meanwhile(client, provider, crm, alice, meanwhile, status):
    asked = begin(client, provider)
    meanwhile(Membership.objects.filter(user=alice))

    answer = client.get(CALLBACK, {"code": "c0de", "state": asked["state"][0]})

    assert answer.status_code == status
    assert provider.given == 0


def test_a_code_that_the_provider_refuses(client, provider, crm):
    asked = begin(client, provider)

    answer = client.get(CALLBACK, {"code": "wrong", "state": asked["state"][0]})

    assert answer.status_code == 409
    assert "invalid_grant" in answer.json()["detail"]
    assert "s3cret" not in answer.content.decode()


def test_another_target_forgets_the_tokens(client, provider, crm):
    asked = begin(client, provider)
    client.get(CALLBACK, {"code": "c0de", "state": asked["state"][0]})
    config = {**crm.config, "base_url": "https://other.example.com"}

    client.patch("/api/connectors/crm/", {"config": config})

    assert Connector.objects.get().sealed_tokens == ""


def test_another_token_server_gets_neither_the_tokens_nor_the_client_secret(client, provider, crm):
    asked = begin(client, provider)
    client.get(CALLBACK, {"code": "c0de", "state": asked["state"][0]})
    auth = {**crm.config["auth"], "token_url": "https://other.example.com/token"}

    answer = client.patch("/api/connectors/crm/", {"config": {**crm.config, "auth": auth}})

    assert answer.status_code == 200, answer.content
    row = Connector.objects.get()
    assert row.config["auth"]["token_url"] == "https://other.example.com/token"
    assert (row.sealed, row.sealed_tokens) == ("", "")


def test_tokens_that_are_renewed_while_the_connector_moves_do_not_go_with_it(client, provider, crm):
    asked = begin(client, provider)
    client.get(CALLBACK, {"code": "c0de", "state": asked["state"][0]})
    kept = opening.row_open(Connector.objects.get()).kept
    client.patch("/api/connectors/crm/", {"config": {**crm.config, "base_url": "https://other.example.com"}})

    kept.save(json.dumps({"access_token": "access-late"}))

    assert Connector.objects.get().sealed_tokens == ""
    assert kept.load() == ""


def test_connectors_that_sign_in_by_themselves(client, provider):
    body = {"name": "A", "slug": "a", "type": "http", "config": {"base_url": provider.url}}
    client.post("/api/connectors/", body)

    assert client.post("/api/connectors/a/sign-in/").status_code == 409

"""OAuth tokens from a token server: got once, used until they are old, renewed once when refused."""

from __future__ import annotations

import base64
import json
from threading import Thread
from urllib.parse import parse_qs

import pytest

from backend.catalog.steps import StepFailed
from tests.http_server import Answer
from tests.workers.http.sending import sender
from workers.http.auth.oauth2 import Client, MemoryStore, OAuth2, Tokens
from workers.http.request import Request


@pytest.fixture
def tokens(server):
    """A token server at /token that counts, and a service at /me that accepts only the newest token."""
    server.given = []
    server.lifetime = 3600
    server.status = 200

    def give(handler):
        server.given.append(f"token-{len(server.given) + 1}")
        answer = {"access_token": server.given[-1], "token_type": "Bearer", "expires_in": server.lifetime}
        if server.status != 200:
            answer = {"error": "invalid_client", "error_description": "s3cret is wrong"}
        write(handler, server.status, json.dumps(answer).encode())

    def serve(handler):
        good = handler.headers.get("Authorization") == f"Bearer {server.given[-1] if server.given else ''}"
        write(handler, 200 if good else 401, b"me")

    server.answers["/token"] = Answer(write=give)
    server.answers["/me"] = Answer(write=serve)
    return server


def write(handler, status, body):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def scheme(server, *, store=None, **client):
    words = {"client_id": "id:1", "client_secret": "s3cret", "scope": "a b", **client}
    return OAuth2(Client(server.url + "/token", **words), store or MemoryStore())


def get(server, authentication):
    return sender(authentication).send(Request("GET", server.url + "/me"))[1]


def test_one_token_for_many_requests(tokens):
    authentication = scheme(tokens)

    statuses = [get(tokens, authentication).status for _ in range(3)]

    assert (statuses, tokens.given) == ([200, 200, 200], ["token-1"])
    asked = next(seen for seen in tokens.seen if seen.path == "/token")
    assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["a b"]}
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"id%3A1:s3cret").decode()


def test_credentials_in_the_body(tokens):
    get(tokens, scheme(tokens, in_body=True, audience="api"))

    sent = parse_qs(tokens.seen[0].body.decode())
    assert (sent["client_id"], sent["client_secret"], sent["audience"]) == (["id:1"], ["s3cret"], ["api"])
    assert "authorization" not in tokens.seen[0].headers


def test_a_token_is_renewed_before_its_end(tokens):
    tokens.lifetime = 20  # less than the margin
    authentication = scheme(tokens)

    get(tokens, authentication)
    get(tokens, authentication)

    assert tokens.given == ["token-1", "token-2"]


def test_a_refused_token_is_renewed_once(tokens):
    authentication = scheme(tokens)
    get(tokens, authentication)
    tokens.given.append("somebody else's")

    assert get(tokens, authentication).status == 200
    assert tokens.given[-1] == "token-3"


def test_a_service_that_refuses_everything_is_asked_twice(tokens):
    tokens.answers["/me"] = Answer(401)

    assert get(tokens, scheme(tokens)).status == 401
    assert len([seen for seen in tokens.seen if seen.path == "/me"]) == 2


def test_parallel_requests_fetch_one_token(tokens):
    authentication = scheme(tokens)
    threads = [Thread(target=get, args=(tokens, authentication)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tokens.given == ["token-1"]


def test_a_refused_client_is_told_without_its_secret(tokens):
    tokens.status = 401

    with pytest.raises(StepFailed) as caught:
        get(tokens, scheme(tokens))

    assert (caught.value.error_type, caught.value.retryable) == ("authentication", False)
    assert caught.value.message == "The token server answered 401: invalid_client *** is wrong."


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_token_server_may_be_tried_again(tokens, status):
    tokens.status = status

    with pytest.raises(StepFailed) as caught:
        get(tokens, scheme(tokens))

    assert (caught.value.error_type, caught.value.retryable) == (f"http_{status}", True)


# --- signed in by a person -----------------------------------------------------------------------------------------


def interactive(server, store):
    return OAuth2(Client(server.url + "/token", "id", "s3cret"), store, interactive=True)


def test_a_refresh_token_is_used_and_kept(tokens):
    store = MemoryStore(Tokens("old", "refresh-1", expires_at=0))

    assert get(tokens, interactive(tokens, store)).status == 200
    assert parse_qs(tokens.seen[0].body.decode()) == {"grant_type": ["refresh_token"], "refresh_token": ["refresh-1"]}
    assert (store.tokens.access_token, store.tokens.refresh_token) == ("token-1", "refresh-1")


def test_without_a_sign_in_it_says_where(tokens):
    with pytest.raises(StepFailed) as caught:
        get(tokens, interactive(tokens, MemoryStore()))

    assert caught.value.error_type == "authentication"
    assert "Sign in" in caught.value.hint
    assert tokens.seen == []


def test_a_refresh_token_used_up_by_another_worker(tokens):
    """Its new tokens are kept by the time that ours is refused."""
    store = MemoryStore(Tokens("old", "refresh-1", expires_at=0))

    def refuse(handler):
        tokens.given.append("other-worker")
        store.save(Tokens("other-worker", "refresh-2", expires_at=9e9))
        write(handler, 400, b'{"error": "invalid_grant"}')

    tokens.answers["/token"] = Answer(write=refuse)

    assert get(tokens, interactive(tokens, store)).status == 200
    assert store.tokens.refresh_token == "refresh-2"


def test_tokens_are_not_shown():
    assert "secret" not in repr(Tokens("secret1", "secret2")) + repr(Client("u", "id", "secret3"))

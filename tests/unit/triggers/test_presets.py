"""Signatures of GitHub, Stripe, Slack and Shopify: published vectors and payload shapes; tampered and stale refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from backend.triggers.presets import handshake
from backend.triggers.verify import Call, NotAuthentic, verify

# docs.github.com, “Validating webhook deliveries”.
GITHUB = (
    "It's a Secret to Everybody",
    {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
    b"Hello, World!",
    1_700_000_000,
)

# api.slack.com, “Verifying requests from Slack”.
SLACK = (
    "8f742231b10e8888abcd99yyyzzz85a5",
    {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    },
    (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    ),
    1_531_420_618,
)

# The event of docs.stripe.com's “Receive Stripe events” guide, signed as “Verify webhook signatures manually” says.
STRIPE_SECRET = "whsec_test_secret"
STRIPE_BODY = json.dumps(
    {
        "id": "evt_1NG8Du2eZvKYlo2CUI79vXWy",
        "object": "event",
        "api_version": "2019-02-19",
        "created": 1686089970,
        "data": {"object": {"id": "seti_1NG8Du2eZvKYlo2C9XMqbR0x", "object": "setup_intent", "status": "succeeded"}},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": "setup_intent.created",
    }
).encode()
STRIPE_MAC = hmac.digest(STRIPE_SECRET.encode(), b"1686089970." + STRIPE_BODY, "sha256").hex()
STRIPE = (STRIPE_SECRET, {"stripe-signature": f"t=1686089970,v0=6ffbb59b,v1={STRIPE_MAC}"}, STRIPE_BODY, 1_686_089_970)

# A vector that SQLPage's test suite publishes for Shopify's scheme.
SHOPIFY = (
    "test-webhook-secret",
    {"x-shopify-hmac-sha256": "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw="},
    b'{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}',
    1_700_000_000,
)

VECTORS = {"github": GITHUB, "slack": SLACK, "stripe": STRIPE, "shopify": SHOPIFY}
TIMED = ("slack", "stripe")


def check(auth, *, headers=None, body=None, secrets=None, late=0):
    secret, own_headers, own_body, now = VECTORS[auth]
    call = Call(own_headers if headers is None else headers, own_body if body is None else body)
    return verify(call, auth=auth, secrets=secrets or [secret], now=now + late)


@pytest.mark.parametrize("auth", VECTORS)
def test_the_published_vector_passes(auth):
    assert check(auth).replay_key == check(auth).replay_key != ""


@pytest.mark.parametrize("auth", VECTORS)
def test_a_tampered_body_or_another_secret_is_refused(auth):
    with pytest.raises(NotAuthentic, match="does not match"):
        check(auth, body=VECTORS[auth][2] + b" ")
    with pytest.raises(NotAuthentic, match="does not match"):
        check(auth, secrets=["something else entirely"])


@pytest.mark.parametrize("auth", VECTORS)
def test_a_tampered_signature_is_refused(auth):
    headers = {name: value[:-3] + ("A1=" if value[-3:] != "A1=" else "B1=") for name, value in VECTORS[auth][1].items()}

    with pytest.raises(NotAuthentic):
        check(auth, headers=headers)


@pytest.mark.parametrize("auth", VECTORS)
def test_without_its_header_it_is_refused(auth):
    with pytest.raises(NotAuthentic, match="is missing"):
        check(auth, headers={})


@pytest.mark.parametrize("auth", TIMED)
@pytest.mark.parametrize("late", [301, -301])
def test_a_stale_call_is_refused(auth, late):
    with pytest.raises(NotAuthentic, match="300 seconds"):
        check(auth, late=late)


@pytest.mark.parametrize("auth", TIMED)
def test_a_changed_time_is_refused(auth):
    headers = {
        name: value.replace(str(VECTORS[auth][3]), str(VECTORS[auth][3] + 1))
        for name, value in VECTORS[auth][1].items()
    }

    with pytest.raises(NotAuthentic, match="does not match"):
        check(auth, headers=headers)


@pytest.mark.parametrize("auth", VECTORS)
def test_both_secrets_are_good_during_a_rotation(auth):
    secret = VECTORS[auth][0]

    check(auth, secrets=["the new secret of both", secret])
    check(auth, secrets=[secret, "the old secret of both"])


@pytest.mark.parametrize(("auth", "other"), [("github", "slack"), ("slack", "stripe"), ("shopify", "github")])
def test_the_headers_of_another_sender_do_not_pass(auth, other):
    with pytest.raises(NotAuthentic):
        check(auth, headers=VECTORS[other][1])


@pytest.mark.parametrize(("auth", "prefix"), [("github", "sha256="), ("slack", "v0=")])
def test_a_signature_of_another_version_is_refused(auth, prefix):
    headers = {name: value.removeprefix(prefix) for name, value in VECTORS[auth][1].items()}

    with pytest.raises(NotAuthentic, match="must begin with"):
        check(auth, headers=headers)


def test_slack_hears_its_challenge_and_nobody_else_does():
    asked = {
        "type": "url_verification",
        "token": "x",
        "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    }

    assert handshake("slack", asked) == {"challenge": asked["challenge"]}
    assert handshake("hmac", asked) is None
    assert handshake("slack", {"type": "event_callback"}) is None
    assert handshake("slack", {**asked, "challenge": 1}) is None


def test_the_vectors_are_what_the_schemes_say():
    """Computed anew, so that a mistyped vector cannot hide a mistake."""
    secret, headers, body, now = SLACK
    assert (
        headers["x-slack-signature"]
        == "v0=" + hmac.digest(secret.encode(), f"v0:{now}:".encode() + body, "sha256").hex()
    )
    secret, headers, body, _ = SHOPIFY
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    assert headers["x-shopify-hmac-sha256"] == expected

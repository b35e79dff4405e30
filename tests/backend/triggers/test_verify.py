"""Signatures of callers, against the published vectors of each scheme."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from backend.triggers.verify import Call, NotAuthentic, signing_key, verify

NOW = 1_614_265_330
SECRET = "a secret that both sides know"
BODY = b'{"a":1}'

# From the test suite of the Standard Webhooks libraries.
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STANDARD_BODY = b'{"test": 2432232314}'
STANDARD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(NOW),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}

# From GitHub's documentation on validating deliveries.
GITHUB_SECRET = "It's a Secret to Everybody"
GITHUB = {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}


def mac(content: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def generic(body: bytes = BODY, *, at: int = NOW, secret: str = SECRET) -> dict[str, str]:
    return {"x-timestamp": str(at), "x-signature-256": "sha256=" + mac(f"{at}.".encode() + body, secret)}


def stripe(*signatures: str, at: int = NOW) -> dict[str, str]:
    return {"stripe-signature": ",".join([f"t={at}", *signatures])}


def basic(text: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


STRIPE_MAC = mac(f"{NOW}.".encode() + BODY)

AUTHENTIC = {
    "none": ("none", {}, BODY, SECRET),
    "bearer": ("bearer", {"authorization": f"Bearer {SECRET}"}, BODY, SECRET),
    "bearer in small letters": ("bearer", {"authorization": f"bearer {SECRET}"}, BODY, SECRET),
    "basic": ("basic", basic("ann:p:w"), BODY, "ann:p:w"),
    "generic": ("hmac", generic(), BODY, SECRET),
    "generic, capital hex": (
        "hmac",
        generic() | {"x-signature-256": generic()["x-signature-256"][7:].upper()},
        BODY,
        SECRET,
    ),
    "generic, 300 s old": ("hmac", generic(at=NOW - 300), BODY, SECRET),
    "generic, 300 s ahead": ("hmac", generic(at=NOW + 300), BODY, SECRET),
    "generic, no body": ("hmac", generic(b""), b"", SECRET),
    "github's vector": ("hmac", GITHUB, b"Hello, World!", GITHUB_SECRET),
    "stripe": ("hmac", stripe(f"v1={STRIPE_MAC}"), BODY, SECRET),
    "stripe while its secret rolls": ("hmac", stripe("v1=" + "0" * 64, f"v1={STRIPE_MAC}", "v0=1"), BODY, SECRET),
    "standard's vector": ("standard", STANDARD, STANDARD_BODY, STANDARD_SECRET),
    "standard, secret without prefix": ("standard", STANDARD, STANDARD_BODY, STANDARD_SECRET.removeprefix("whsec_")),
    "standard, several signatures": (
        "standard",
        STANDARD
        | {
            "webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,x " + STANDARD["webhook-signature"]
        },
        STANDARD_BODY,
        STANDARD_SECRET,
    ),
}

REFUSED = {
    "bearer, wrong": ("bearer", {"authorization": "Bearer other"}, BODY, SECRET, "wrong"),
    "bearer, none": ("bearer", {}, BODY, SECRET, "authorization is missing"),
    "bearer, another scheme": ("bearer", basic(SECRET), BODY, SECRET, "must begin with Bearer"),
    "bearer, not ASCII": ("bearer", {"authorization": "Bearer é"}, BODY, SECRET, "wrong"),
    "basic, wrong password": ("basic", basic("ann:no"), BODY, "ann:pw", "wrong"),
    "basic, not base64": ("basic", {"authorization": "Basic ???"}, BODY, "ann:pw", "not valid"),
    "basic, not ASCII": ("basic", {"authorization": "Basic é"}, BODY, "ann:pw", "not valid"),
    "generic, wrong secret": ("hmac", generic(secret="other"), BODY, SECRET, "does not match"),
    "generic, changed body": ("hmac", generic(), BODY + b" ", SECRET, "does not match"),
    "generic, changed time": ("hmac", generic() | {"x-timestamp": str(NOW + 1)}, BODY, SECRET, "does not match"),
    "generic, too old": ("hmac", generic(at=NOW - 301), BODY, SECRET, "300 seconds"),
    "generic, too far ahead": ("hmac", generic(at=NOW + 301), BODY, SECRET, "300 seconds"),
    "generic, no time": ("hmac", {"x-signature-256": "sha256=" + mac(BODY)}, BODY, SECRET, "x-timestamp is missing"),
    "generic, no signature": ("hmac", {"x-timestamp": str(NOW)}, BODY, SECRET, "x-signature-256 is missing"),
    "generic, odd time": ("hmac", generic() | {"x-timestamp": "1e9"}, BODY, SECRET, "Unix time"),
    "generic, huge time": ("hmac", generic() | {"x-timestamp": "9" * 5000}, BODY, SECRET, "Unix time"),
    "generic, not ASCII": ("hmac", generic() | {"x-signature-256": "é"}, BODY, SECRET, "does not match"),
    "github, changed body": ("hmac", GITHUB, b"Hello, World", GITHUB_SECRET, "does not match"),
    "github, made of a captured timed call": (
        "hmac",
        {"x-hub-signature-256": generic(at=1000)["x-signature-256"]},
        b"1000." + BODY,
        SECRET,
        "begins with a timestamp",
    ),
    "stripe, wrong": ("hmac", stripe("v1=" + "0" * 64), BODY, SECRET, "does not match"),
    "stripe, only the test scheme": ("hmac", stripe(f"v0={STRIPE_MAC}"), BODY, SECRET, "does not match"),
    "stripe, too old": ("hmac", stripe(f"v1={STRIPE_MAC}", at=NOW - 301), BODY, SECRET, "300 seconds"),
    "stripe, no time": ("hmac", {"stripe-signature": f"v1={STRIPE_MAC}"}, BODY, SECRET, "Unix time"),
    "stripe beside a good generic one": ("hmac", stripe("v1=0") | generic(), BODY, SECRET, "does not match"),
    "standard, changed id": ("standard", STANDARD | {"webhook-id": "msg_1"}, STANDARD_BODY, STANDARD_SECRET, "match"),
    "standard, changed body": ("standard", STANDARD, STANDARD_BODY + b" ", STANDARD_SECRET, "does not match"),
    "standard, no id": ("standard", {**STANDARD, "webhook-id": ""}, STANDARD_BODY, STANDARD_SECRET, "webhook-id"),
    "standard, another version": (
        "standard",
        STANDARD | {"webhook-signature": STANDARD["webhook-signature"].replace("v1", "v2")},
        STANDARD_BODY,
        STANDARD_SECRET,
        "does not match",
    ),
    "no secret": ("hmac", generic(secret=""), BODY, "", "no secret"),
}


@pytest.mark.parametrize("case", AUTHENTIC)
def test_an_authentic_call_passes(case):
    auth, headers, body, secret = AUTHENTIC[case]

    verify(Call(headers, body), auth=auth, secrets=[secret], now=NOW)


@pytest.mark.parametrize("case", REFUSED)
def test_any_other_call_is_refused_with_the_reason(case):
    auth, headers, body, secret, reason = REFUSED[case]

    with pytest.raises(NotAuthentic, match=reason):
        verify(Call(headers, body), auth=auth, secrets=[secret], now=NOW)


@pytest.mark.parametrize("secrets", [["new", SECRET], [SECRET, "old"]])
def test_while_a_secret_rotates_both_are_good(secrets):
    verify(Call(generic(), BODY), auth="hmac", secrets=secrets, now=NOW)


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_short", "whsec_not base64 at all!", base64.b64encode(b"x" * 65).decode()]
)
def test_a_standard_secret_must_be_base64_of_24_to_64_bytes(secret):
    with pytest.raises(ValueError):
        signing_key(secret)


def test_the_same_signed_call_is_known_again_whatever_its_spelling():
    first = verify(Call(generic(), BODY), auth="hmac", secrets=[SECRET], now=NOW)
    capitals = generic() | {"x-signature-256": generic()["x-signature-256"][7:].upper()}
    again = verify(Call(capitals, BODY), auth="hmac", secrets=[SECRET], now=NOW + 10)
    as_stripe = verify(Call(stripe(f"v1={STRIPE_MAC}"), BODY), auth="hmac", secrets=[SECRET], now=NOW)
    later = verify(Call(generic(at=NOW + 1), BODY), auth="hmac", secrets=[SECRET], now=NOW)

    assert first.replay_key
    assert first.replay_key == again.replay_key == as_stripe.replay_key
    assert later.replay_key != first.replay_key


def test_a_standard_call_is_known_by_its_id_when_it_is_signed_anew():
    later = {"webhook-id": STANDARD["webhook-id"], "webhook-timestamp": str(NOW + 60)}
    content = f"{later['webhook-id']}.{NOW + 60}.".encode() + STANDARD_BODY
    signature = base64.b64encode(hmac.digest(signing_key(STANDARD_SECRET), content, "sha256")).decode()

    first = verify(Call(STANDARD, STANDARD_BODY), auth="standard", secrets=[STANDARD_SECRET], now=NOW)
    again = verify(
        Call(later | {"webhook-signature": f"v1,{signature}"}, STANDARD_BODY),
        auth="standard",
        secrets=[STANDARD_SECRET],
        now=NOW + 60,
    )

    assert first.replay_key == again.replay_key

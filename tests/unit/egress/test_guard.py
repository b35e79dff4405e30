"""The judgement of addresses, before anything is sent."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from backend.common.egress import (
    EgressDenied,
    EgressError,
    EgressNetworkError,
    EgressPolicy,
    EgressTimeout,
    Guard,
    InvalidRequest,
)
from backend.common.egress.addresses import resolve

PUBLIC = "93.184.216.34"


def guard(answers=(PUBLIC,), *words, **options):
    return Guard(EgressPolicy.from_words(words), resolver=lambda *_: answers, **options)


def test_public_name_passes_with_all_its_addresses():
    target = guard((PUBLIC, "2606:4700::1111")).check("https://Example.COM/a?b=c", timeout=1)

    assert (target.host, target.port, target.addresses) == ("example.com", 443, (PUBLIC, "2606:4700::1111"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://localhost./",
    ],
)
def test_every_spelling_of_the_loopback_is_refused(url):
    judge = Guard(EgressPolicy())  # with the system's resolver

    with pytest.raises(EgressError):
        judge.check(url, timeout=5)


def test_full_width_digits_are_refused():
    with pytest.raises(EgressError):
        Guard(EgressPolicy()).check("http://１２７.０.０.１/", timeout=5)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "example.com/path",
        "//example.com/",
        "",
        "https://",
        "https:///path",
        "https://user:secret@example.com/",
        "https://user@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/a b",
        "https://example.com/\r\nX-Evil: 1",
        "https://exa\x00mple.com/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://[::1/",
        "https://example.com/" + "a" * 9000,
    ],
)
def test_malformed_addresses_are_refused(url):
    with pytest.raises(InvalidRequest):
        guard().check(url, timeout=1)


def test_http_can_be_switched_off():
    judge = Guard(EgressPolicy(allow_http=False), resolver=lambda *_: [PUBLIC])

    with pytest.raises(InvalidRequest, match="https://"):
        judge.check("http://example.com/", timeout=1)


@pytest.mark.parametrize(
    "answers", [("10.0.0.1",), (PUBLIC, "10.0.0.1"), ("169.254.169.254", PUBLIC), (PUBLIC, "::1"), ("fe80::1%eth0",)]
)
def test_one_bad_answer_refuses_the_name(answers):
    with pytest.raises(EgressDenied):
        guard(answers).check("https://rebind.example/", timeout=1)


def test_refusal_says_how_to_allow():
    with pytest.raises(EgressDenied) as caught:
        guard(("10.0.0.1",)).check("http://crm.internal:8080/x?token=abc", timeout=1)

    assert "STEPGRAPH_EGRESS_ALLOW=crm.internal:8080" in caught.value.message
    assert "abc" not in caught.value.message


def test_advice_of_the_refusal_works():
    with pytest.raises(EgressDenied) as caught:
        guard(("fd00::1",)).check("http://[fd00::1]:8080/", timeout=1)
    word = caught.value.message.rpartition("=")[2]

    assert guard(("fd00::1",), word).check("http://[fd00::1]:8080/", timeout=1).port == 8080


def test_own_public_address_is_refused_unless_named():
    own = {"local_addresses": lambda: frozenset({ip_address(PUBLIC)})}

    with pytest.raises(EgressDenied):
        guard((PUBLIC,), **own).check("https://example.com/", timeout=1)
    assert guard((PUBLIC,), PUBLIC, **own).check("https://example.com/", timeout=1)


def test_name_without_address():
    with pytest.raises(EgressNetworkError, match="no address"):
        guard(()).check("https://example.com/", timeout=1)


def test_raw_sockets_are_judged_alike():
    assert guard().addresses("db.example.com", 5432, timeout=1) == (PUBLIC,)
    with pytest.raises(EgressDenied):
        guard(("10.0.0.1",)).addresses("db.internal", 5432, timeout=1)


def test_unknown_name():
    with pytest.raises((EgressNetworkError, EgressTimeout)):
        resolve("does-not-exist.invalid", 80, 5)


def test_names_that_cannot_be_encoded():
    with pytest.raises(EgressNetworkError, match="cannot be resolved"):
        resolve("a" * 70 + ".example", 80, 5)

"""The operator's allow-list."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from backend.common.egress import EgressPolicy


@pytest.mark.parametrize(
    ("word", "host", "port", "address", "permitted"),
    [
        ("10.0.5.0/24", "db", 5432, "10.0.5.9", True),
        ("10.0.5.0/24", "db", 5432, "10.0.6.9", False),
        ("10.0.5.0/24:5432", "db", 5432, "10.0.5.9", True),
        ("10.0.5.0/24:5432", "db", 5433, "10.0.5.9", False),
        ("10.0.5.7", "db", 80, "10.0.5.7", True),
        ("10.0.5.7:8080", "db", 80, "10.0.5.7", False),
        ("ollama.internal:11434", "ollama.internal", 11434, "10.1.1.1", True),
        ("ollama.internal:11434", "ollama.internal.", 11434, "10.1.1.1", True),
        ("ollama.internal:11434", "ollama.internal", 11435, "10.1.1.1", False),
        ("ollama.internal:11434", "evil.ollama.internal", 11434, "10.1.1.1", False),
        ("Ollama.Internal", "ollama.internal", 80, "10.1.1.1", True),
        ("::1", "localhost", 80, "::1", True),
        ("[::1]:8080", "localhost", 8080, "::1", True),
        ("[::1]:8080", "localhost", 80, "::1", False),
        ("[fd00::/8]:443", "x", 443, "fd12::1", True),
        ("fd00::/8", "x", 443, "fd12::1", True),
        ("127.0.0.0/8", "x", 80, "::1", False),
        ("mail.example.com:25", "mail.example.com", 25, "8.8.8.8", True),
    ],
)
def test_exemptions(word, host, port, address, permitted):
    policy = EgressPolicy.from_words([word])

    assert policy.permits(host, port, ip_address(address)) is permitted


@pytest.mark.parametrize(("port", "permitted"), [(80, True), (443, True), (8443, True), (25, False), (22, False)])
def test_ports_of_public_addresses(port, permitted):
    assert EgressPolicy().permits("example.com", port, ip_address("8.8.8.8")) is permitted


@pytest.mark.parametrize("word", ["10.0.0.0/99", "host:0", "host:99999", "http://host", "bücher.example", "a b", ":80"])
def test_bad_words_are_named(word):
    with pytest.raises(ValueError, match="egress allow-list") as caught:
        EgressPolicy.from_words(["10.0.0.0/8", word])

    assert word in str(caught.value)


def test_blank_words_are_skipped():
    assert EgressPolicy.from_words(["", "  "]) == EgressPolicy()

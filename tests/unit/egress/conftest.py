"""Clients that may reach the server of these tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.common.egress import EgressClient, EgressPolicy, Guard


@pytest.fixture
def client() -> EgressClient:
    return EgressClient(EgressPolicy.from_words(["127.0.0.0/8"]))


@pytest.fixture
def named_client() -> Callable[..., EgressClient]:
    """A client with its own idea of names: `named_client(words, {"a.test": ["127.0.0.1"]})`."""

    def make(words: list[str], names: dict[str, list[str]]) -> EgressClient:
        policy = EgressPolicy.from_words(words)
        return EgressClient(policy, guard=Guard(policy, resolver=lambda host, _port, _timeout: names[host]))

    return make

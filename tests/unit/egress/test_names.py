"""Libraries with connections of their own, under the guard."""

from __future__ import annotations

import socket
import threading

import pytest
import requests

from backend.common.egress import EgressDenied, EgressPolicy, guarded_names
from tests.http_server import Answer


def test_refuses_what_the_policy_refuses(server):
    server.answers["/"] = Answer(body=b"inside")

    with guarded_names(EgressPolicy()), pytest.raises(EgressDenied):
        requests.get(server.url, timeout=5)

    assert server.seen == []


def test_lets_through_what_is_allowed(server):
    server.answers["/"] = Answer(body=b"inside")

    with guarded_names(EgressPolicy.from_words(["127.0.0.0/8"])):
        assert requests.get(server.url, timeout=5).content == b"inside"


def test_redirects_are_judged(server):
    server.answers["/"] = Answer(302, {"Location": "http://[::1]:9/"})

    with guarded_names(EgressPolicy.from_words(["127.0.0.1"])), pytest.raises(EgressDenied):
        requests.get(server.url, timeout=5)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "localhost"])
def test_spellings_of_the_loopback_address(host):
    with guarded_names(EgressPolicy()), pytest.raises(EgressDenied):
        socket.create_connection((host, 8080), 1)


def test_other_threads_and_later_lookups_are_free(server):
    server.answers["/"] = Answer(body=b"inside")
    statuses = []

    with guarded_names(EgressPolicy()):
        thread = threading.Thread(target=lambda: statuses.append(requests.get(server.url, timeout=5).status_code))
        thread.start()
        thread.join()
    statuses.append(requests.get(server.url, timeout=5).status_code)

    assert statuses == [200, 200]

"""The whole table of addresses inside against every way out: our own client, and that of the providers' libraries."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from backend.common.egress import EgressClient, EgressDenied, EgressError, EgressPolicy, Guard
from backend.common.egress.sdk import GuardedTransport, guarded_client
from backend.common.egress.transport import Watch
from tests.http_server import Answer, Server
from tests.unit.egress.ssrf import INSIDE, LOOPBACK, TABLE, name_of

CLOSED = EgressPolicy()
PUBLIC = "93.184.216.34"


@pytest.mark.parametrize("url", TABLE, ids=name_of)
def test_refused(server: Server, url: str) -> None:
    address = url.replace("{port}", str(server.port))

    with pytest.raises(EgressError):
        EgressClient(CLOSED).request("GET", address, timeout=5)
    with (
        pytest.raises((EgressError, httpx2.InvalidURL, httpx2.UnsupportedProtocol)),
        guarded_client(CLOSED, seconds=5, cancelled=lambda: False) as client,
    ):
        client.get(address)

    assert server.seen == []


@pytest.mark.parametrize("url", [url for url in LOOPBACK if url.isascii() and url.isprintable()][::4], ids=name_of)
def test_another_port_is_refused_after_a_redirect(server: Server, url: str) -> None:
    """Of the loopback addresses only this very port is allowed."""
    other = str(server.port - 1)
    server.answers["/"] = Answer(302, {"Location": url.replace("{port}", other)})
    policy = EgressPolicy.from_words([f"127.0.0.1:{server.port}"])

    with pytest.raises(EgressError):
        EgressClient(policy).request("GET", server.url, timeout=5)
    assert len(server.seen) == 1


@pytest.mark.parametrize("url", INSIDE[::4], ids=name_of)
def test_inside_after_a_redirect(server: Server, url: str) -> None:
    server.answers["/"] = Answer(302, {"Location": url})

    with pytest.raises(EgressDenied):
        EgressClient(EgressPolicy.from_words([f"127.0.0.1:{server.port}"])).request("GET", server.url, timeout=5)


class Rebinding:
    """A resolver of an attacker: public when it is judged, inside when somebody asks again."""

    def __init__(self) -> None:
        self.answers: Iterator[list[str]] = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
        self.asked = 0

    def __call__(self, _host: str, _port: int, _timeout: float) -> list[str]:
        self.asked += 1
        return next(self.answers)


@pytest.mark.parametrize("way", ["client", "library"])
def test_a_name_that_changes_its_address_is_never_reached_inside(server: Server, way: str) -> None:
    names = Rebinding()
    guard = Guard(CLOSED, resolver=names)
    url = f"http://rebind.test:{server.port}/"

    def send() -> None:
        if way == "client":
            EgressClient(CLOSED, guard=guard).request("GET", url, timeout=0.5)
        else:
            with httpx2.Client(transport=GuardedTransport(guard, watch=Watch(0.5, cancelled=lambda: False))) as client:
                client.get(url)

    with pytest.raises(EgressError):  # the judged address is dialled, which does not answer here
        send()
    assert names.asked == 1, "resolved once: what was judged is what is connected to"
    with pytest.raises(EgressDenied):
        send()
    assert server.seen == []


def test_a_redirect_to_a_name_is_judged_by_a_look_of_its_own(server: Server) -> None:
    looked: list[str] = []

    def resolver(host: str, _port: int, _timeout: float) -> list[str]:
        looked.append(host)
        return ["127.0.0.1"]

    server.answers["/"] = Answer(302, {"Location": f"http://rebind.test:{server.port}/in"})
    policy = EgressPolicy.from_words([f"start.test:{server.port}"])

    with pytest.raises(EgressDenied):
        EgressClient(policy, guard=Guard(policy, resolver=resolver)).request("GET", f"http://start.test:{server.port}/")
    assert looked == ["start.test", "rebind.test"]
    assert [seen.path for seen in server.seen] == ["/"]

"""Which addresses belong to the public internet, and which ones a name stands for."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from backend.common.egress.errors import EgressNetworkError, EgressTimeout

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
# What Python's own tables call global, or did in one of the versions that we run on.
_DENIED = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers
        "168.63.129.16/32",  # a cloud's host agent
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
        "100::/64",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "64:ff9b:1::/48",  # translation inside one network: where the IPv4 address stands in it is a local matter
        "fec0::/10",
    )
)


def is_public(address: Address) -> bool:
    """Whether the address, and every IPv4 address that it carries inside, is on the public internet."""
    embedded = tuple(_embedded(address))
    if embedded:
        return all(is_public(inner) for inner in embedded)
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if any(address in network for network in _DENIED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that packets to this IPv6 address end up at."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address in _COMPATIBLE or address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo


def parse(text: str) -> Address:
    """An address from the resolver's text, without the zone that link-local ones carry."""
    return ip_address(text.partition("%")[0])


def own_addresses() -> frozenset[Address]:
    """The addresses of this machine's interfaces: public or not, they lead back inside."""
    import psutil

    families = (socket.AF_INET, socket.AF_INET6)
    found = (entry for entries in psutil.net_if_addrs().values() for entry in entries)
    return frozenset(parse(entry.address) for entry in found if entry.family in families)


def resolve(host: str, port: int, timeout: float) -> Sequence[str]:
    """All addresses of a name, in the system's order. Waits at most `timeout` seconds."""
    answers: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()
    # The system's resolver cannot be interrupted, so it gets a thread that may be left behind.
    threading.Thread(target=_look_up, args=(host, port, answers), daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise EgressTimeout(f"The name {host} was not resolved within {timeout:.0f} s.") from None
    if isinstance(answer, Exception):
        raise EgressNetworkError(f"The host name {host} cannot be resolved. Check its spelling.") from answer
    return answer


def _look_up(host: str, port: int, answers: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answers.put(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
    except (OSError, UnicodeError) as exc:
        answers.put(exc)

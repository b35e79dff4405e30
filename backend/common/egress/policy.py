"""What the operator allows beyond the public internet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from backend.common.egress.addresses import Address, is_public

_WEB_PORTS = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry of the allow-list: a network or a host name, for one port or for all."""

    network: IPv4Network | IPv6Network | None = None
    host: str = ""
    port: int | None = None

    def covers(self, host: str, port: int, address: Address) -> bool:
        """Whether this entry lets a connection through."""
        if self.port not in {None, port}:
            return False
        return address in self.network if self.network is not None else host == self.host


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Public addresses over HTTP and HTTPS, at web ports and those above 1023, and what the operator added."""

    exemptions: tuple[Exemption, ...] = ()
    allow_http: bool = True

    @classmethod
    def from_words(cls, words: Iterable[str]) -> EgressPolicy:
        """From an allow-list of CIDRs, addresses and host names, each with `:port` if wanted. Raises ValueError."""
        return cls(exemptions=tuple(_exemption(word.strip().lower()) for word in words if word.strip()))

    def permits(self, host: str, port: int, address: Address, *, ports: frozenset[int] = frozenset()) -> bool:
        """Whether a connection to this address, found under this name, may be opened."""
        if self.exempts(host, port, address):
            return True
        return (port in _WEB_PORTS or port in ports or port >= 1024) and is_public(address)

    def exempts(self, host: str, port: int, address: Address) -> bool:
        """Whether the operator named this destination."""
        return any(entry.covers(host.rstrip("."), port, address) for entry in self.exemptions)


def _exemption(word: str) -> Exemption:
    network = _network(word)
    if network is not None:
        return Exemption(network=network)
    rest, port = _split_port(word)
    network = _network(rest.strip("[]"))
    if network is not None:
        return Exemption(network=network, port=port)
    if rest and all(char.isalnum() or char in "-._" for char in rest) and rest.isascii():
        return Exemption(host=rest.rstrip("."), port=port)
    raise ValueError(
        f"“{word}” in the egress allow-list is neither a network (10.0.5.0/24), an address nor a host name (in ASCII),"
        " each with an optional :port."
    )


def _split_port(word: str) -> tuple[str, int | None]:
    rest, colon, digits = word.rpartition(":")
    if not colon or word.endswith("]"):
        return word, None
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 65536):
        raise ValueError(f"“{word}” in the egress allow-list has no valid port: it must be between 1 and 65535.")
    return rest, int(digits)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None

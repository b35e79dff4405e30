"""Lists of allowed addresses and networks. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


def canonical(networks: Iterable[str]) -> list[str]:
    """Each address or network in its one spelling; raises ValueError with words about the first that is none."""
    try:
        return [str(ipaddress.ip_network(network.strip(), strict=False)) for network in networks]
    except ValueError as exc:
        raise ValueError(f"{exc}. Write an address or a network such as 203.0.113.0/24.") from None


def is_within(address: str, *, networks: Iterable[str]) -> bool:
    """Whether an address is in any of them; an IPv4 caller at an IPv6 socket counts as the IPv4 address that it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    caller = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(caller in ipaddress.ip_network(network) for network in networks)

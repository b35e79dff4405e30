"""Judges an address before anything is sent to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.common.egress.addresses import Address, own_addresses, parse, resolve
from backend.common.egress.errors import EgressDenied, EgressNetworkError, InvalidRequest
from backend.common.egress.policy import EgressPolicy

if TYPE_CHECKING:
    import httpx

Resolver = Callable[[str, int, float], Sequence[str]]
"""Host, port and seconds to wait → the addresses as text; raises EgressNetworkError or EgressTimeout."""

_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 8_192
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class Target:
    """A destination that passed: connect to one of `addresses`, speak to `host`."""

    url: httpx.URL
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must stay the same for credentials to be sent on."""
        return self.url.scheme, self.host, self.port


class Guard:
    """The judgement of URLs and of host names under one policy."""

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        resolver: Resolver = resolve,
        local_addresses: Callable[[], frozenset[Address]] = own_addresses,
    ) -> None:
        self._policy = policy
        self._resolve = resolver
        self._local_addresses = local_addresses

    def check(self, url: str | httpx.URL, *, timeout: float) -> Target:
        """The destination of a URL; raises InvalidRequest, EgressDenied, EgressNetworkError or EgressTimeout."""
        parsed = _parse(str(url))
        schemes = ("https", "http") if self._policy.allow_http else ("https",)
        if parsed.scheme not in schemes:
            raise InvalidRequest(f"The address must start with {' or '.join(f'{name}://' for name in schemes)}.")
        if parsed.userinfo:
            raise InvalidRequest("The address must not contain a user name or password. Use the step's authentication.")
        host = parsed.raw_host.decode("ascii").lower()
        if not host:
            raise InvalidRequest("The address names no host.")
        port = _PORTS[parsed.scheme] if parsed.port is None else parsed.port
        if not 0 < port < 65536:
            raise InvalidRequest(f"The address names port {port}: it must be between 1 and 65535.")
        return Target(parsed, host, port, self.addresses(host, port, timeout=timeout))

    def addresses(
        self, host: str, port: int, *, timeout: float, ports: frozenset[int] = frozenset()
    ) -> tuple[str, ...]:
        """The addresses to connect to, for HTTP and raw sockets alike: resolved once, and all of them allowed.

        `ports` are those of the protocol that is spoken there, such as 25 for mail.
        """
        found = tuple(self._resolve(host, port, timeout))
        if not found:
            raise EgressNetworkError(f"The host name {host} has no address.")
        # Only the resolver knows what a text such as 0x7f000001 stands for: its answer is judged, not the text.
        if not all(self._permits(host, port, parse(text), ports) for text in found):
            raise EgressDenied(_refusal(host, port))
        return found

    def _permits(self, host: str, port: int, address: Address, ports: frozenset[int]) -> bool:
        if self._policy.exempts(host, port, address):
            return True
        return self._policy.permits(host, port, address, ports=ports) and address not in self._local_addresses()


def _parse(text: str) -> httpx.URL:
    import httpx

    if len(text) > _LONGEST_URL:
        raise InvalidRequest(f"The address is longer than {_LONGEST_URL} characters.")
    if _UNSAFE.search(text):
        raise InvalidRequest("The address contains a space, a backslash or a control character. Percent-encode it.")
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError, ValueError) as exc:
        raise InvalidRequest(f"The address is not valid: {exc}") from exc


def _refusal(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return (
        f"Requests to {name} at port {port} are not allowed: it is a private or reserved address, or a reserved port. "
        f"If it is meant to be reached, an administrator can add it: STEPGRAPH_EGRESS_ALLOW={name}:{port}"
    )

"""The protocol between client and service: JSON objects, each behind its length in four bytes.

Client to service: `proof` (TCP only), `run`, `cancel`, `release`, `stats`, `load`. Service to client: `challenge` (TCP
only), `log`, `alive`, `result`, `released`, `busy`, `stats`, `load`. A connection carries one execution; closing it
cancels that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import select
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from sandboxes import limits
from sandboxes.errors import SandboxError, SandboxUnavailable
from sandboxes.model import JSON

_PAUSE = 0.01  # seconds between two knocks at a door before which many stand


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens: a Unix socket's path, or host, port and the key that TCP clients must know."""

    path: str = ""
    host: str = ""
    port: int = 0
    key: str = ""

    @classmethod
    def parse(cls, url: str) -> Address:
        """Reads `unix:///path` or `tcp://host:port?key=…`."""
        parts = urlsplit(url)
        if parts.scheme == "unix" and parts.path:
            return cls(path=unquote(parts.path))
        key = parse_qs(parts.query).get("key", [""])[0]
        if parts.scheme == "tcp" and parts.hostname and parts.port and len(key) >= 16:
            return cls(host=parts.hostname, port=parts.port, key=key)
        raise SandboxError(
            "The sandbox's address must be unix:///path or tcp://host:port?key=… (16 characters or more)."
        )

    def connect(self, *, timeout: float) -> socket.socket:
        """A connection to the service, ready for a request."""
        connection = socket.socket(socket.AF_UNIX if self.path else socket.AF_INET, socket.SOCK_STREAM)
        try:
            connection.settimeout(timeout)
            self._reach(connection, until=time.monotonic() + timeout)
            if self.key:
                nonce = str(receive(connection)["nonce"])
                send(connection, {"type": "proof", "proof": self.prove(nonce)})
            return connection
        except (OSError, KeyError) as error:
            connection.close()
            raise SandboxUnavailable(f"The sandbox service does not answer: {error}.") from error

    def _reach(self, connection: socket.socket, *, until: float) -> None:
        """Connects; a Unix socket before which many stand refuses at once, where TCP would let us wait."""
        while True:
            try:
                connection.connect(self.path or (self.host, self.port))
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)

    def prove(self, nonce: str) -> str:
        """What shows that one knows the key, without saying it."""
        return hmac.new(self.key.encode(), nonce.encode(), hashlib.sha256).hexdigest()


class ConnectionClosedError(ConnectionError):
    """The other side closed the connection."""


def send(connection: socket.socket, message: Mapping[str, JSON]) -> None:
    """Writes one message."""
    data = json.dumps(message, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    connection.sendall(struct.pack(">I", len(data)) + data)


def receive(connection: socket.socket, *, admit: Callable[[int], None] | None = None) -> dict[str, JSON]:
    """Reads one message; ConnectionClosedError when there will be none. `admit` may refuse its size beforehand."""
    (length,) = struct.unpack(">I", _exactly(connection, 4))
    if length > limits.FRAME_BYTES:
        raise ConnectionClosedError(f"A message of {length} bytes is too large.")
    if admit is not None:
        admit(length)
    try:
        message = json.loads(_exactly(connection, length))
    except ValueError:
        raise ConnectionClosedError("The message is not JSON.") from None
    if not isinstance(message, dict):
        raise ConnectionClosedError("The message is not an object.")
    return message


def waiting(connection: socket.socket, *, timeout: float = 0.0) -> bool:
    """True if there is something to receive, be it the end."""
    poll = select.poll()  # unlike `select`, it takes descriptors of any number
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(timeout * 1000))


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(min(65536, count - len(data)))
        if not piece:
            raise ConnectionClosedError("The other side closed the connection.")
        data += piece
    return bytes(data)

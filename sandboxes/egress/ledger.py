"""Who reached what: tokens by which the proxy knows an execution, and the account that it keeps for each."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sandboxes.model import JSON

_LINES: Final = 50  # about the network, in the log of one execution
_DESTINATIONS: Final = 100
_CONNECTIONS: Final = 64  # of one execution at once
_CLOSING: Final = 0.5  # seconds for connections to be closed once their script has ended


@dataclass(slots=True)
class Destination:
    """What went to one host and port, and came back; bytes."""

    connections: int = 0
    sent: int = 0
    received: int = 0
    refused: str = ""  # why, if it was


@dataclass(eq=False)
class Account:
    """The network of one execution."""

    say: Callable[[str], None]
    destinations: dict[tuple[str, int], Destination] = field(default_factory=dict)
    open: int = 0
    lines: int = 0
    ends: set[Callable[[], None]] = field(default_factory=set)  # what cuts the connections that are open
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> bool:
        """Counts one more connection; False if there are too many."""
        with self.lock:
            if self.open >= _CONNECTIONS:
                return False
            self.open += 1
            return True

    def end(self) -> None:
        """One connection less."""
        with self.lock:
            self.open -= 1

    def passed(self, host: str, port: int, *, sent: int, received: int) -> None:
        """A connection was closed."""
        with self.lock:
            entry = self._destination(host, port)
            entry.connections += 1
            entry.sent += sent
            entry.received += received
        self._line(f"Network: {host}:{port}, {sent:,} bytes sent, {received:,} received")

    def refuse(self, host: str, port: int, reason: str) -> None:
        """A connection was not made."""
        with self.lock:
            self._destination(host, port).refused = reason
        self._line(f"Network: {host}:{port} refused. {reason}")

    def _destination(self, host: str, port: int) -> Destination:
        if len(self.destinations) >= _DESTINATIONS and (host, port) not in self.destinations:
            return self.destinations.setdefault(("other hosts", 0), Destination())
        return self.destinations.setdefault((host, port), Destination())

    def _line(self, text: str) -> None:
        self.lines += 1
        if self.lines <= _LINES:
            self.say(text)
        elif self.lines == _LINES + 1:
            self.say("Network: more connections are not listed one by one")

    def closed(self) -> None:
        """Waits a moment for connections to be accounted for."""
        deadline = time.monotonic() + _CLOSING
        while self.open and time.monotonic() < deadline:
            time.sleep(0.01)

    def as_json(self) -> list[JSON]:
        """All destinations."""
        with self.lock:
            return [
                {
                    "host": host,
                    "port": port,
                    "connections": entry.connections,
                    "sent": entry.sent,
                    "received": entry.received,
                    **({"refused": entry.refused} if entry.refused else {}),
                }
                for (host, port), entry in self.destinations.items()
            ]

    def refusals(self) -> list[str]:
        """Why destinations were refused, each reason once."""
        with self.lock:
            return list(dict.fromkeys(entry.refused for entry in self.destinations.values() if entry.refused))


class Ledger:
    """The accounts of all executions that run, by their tokens."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._accounts: dict[str, Account] = {}
        self._hello: dict[str, threading.Event] = {}

    def open(self, execution: str, *, say: Callable[[str], None]) -> tuple[str, Account]:
        """A token for the execution's proxy address, and the account that fills up."""
        token = hmac.new(self._secret, execution.encode(), hashlib.sha256).hexdigest()[:32]
        account = self._accounts[token] = Account(say)
        return token, account

    def close(self, token: str) -> None:
        """The token opens nothing any more."""
        self._accounts.pop(token, None)

    def find(self, token: str) -> Account | None:
        """Whose token it is."""
        return self._accounts.get(token)

    def expect(self) -> tuple[str, threading.Event]:
        """A word with which a relay reports that it stands, and what is set when it has."""
        word = secrets.token_hex(16)
        event = self._hello[word] = threading.Event()
        return word, event

    def hello(self, word: str) -> None:
        """A relay reported."""
        event = self._hello.pop(word, None)
        if event is not None:
            event.set()

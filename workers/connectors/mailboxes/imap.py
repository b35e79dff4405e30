"""Mailboxes by IMAP."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeVar

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig, Outside, TestResult
from backend.catalog.fields import Secret
from backend.catalog.mailboxes import Mailbox, MailboxError
from backend.common.egress import EgressError

T = TypeVar("T")

_PORTS: Final = frozenset({143, 993})
_SECONDS: Final = 30.0
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")


class ImapConfig(ConnectorConfig):
    """The form of a mailbox."""

    host: str = Field(min_length=1, max_length=253, title="Server", examples=["imap.example.com"])
    port: int = Field(default=993, ge=1, le=65535, title="Port", description="993 as a rule, 143 without TLS at first.")
    user: str = Field(min_length=1, max_length=320, title="User", examples=["invoices@example.com"])
    password: Secret = Field(title="Password", description="Of the user; with many providers one made for programs.")
    tls: Literal["ssl", "starttls", "none"] = Field(
        default="ssl", title="Encryption", description="none sends the password in clear: only within a safe network."
    )


class Imap(Mailbox[ImapConfig], type="imap"):
    """A mailbox on an IMAP server, for workflows that start with new mail."""

    label = "Mailbox (IMAP)"
    icon = "inbox"
    Config = ImapConfig

    @contextmanager
    def open(self, folder: str) -> Iterator[ImapFolder]:
        """Signs in and opens a folder."""
        with _in_words(self.config), self._signed_in() as server:
            yield ImapFolder.opened(server, folder)

    def test(self) -> TestResult:
        """Signs in and looks for the inbox, without changing anything."""
        try:
            with _in_words(self.config), self._signed_in() as server:
                _, (count,) = _good(server.select("INBOX", readonly=True))
        except MailboxError as error:
            return TestResult(False, str(error))
        return TestResult(True, f"{self.config.host} accepts the user; {int(count)} messages in the inbox.")

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        config = self.config
        server = _Guarded(config, self.outside, timeout=config.timeout or _SECONDS)
        try:
            if config.tls == "starttls":
                server.starttls(ssl.create_default_context())
            server.login(_quoted(config.user), config.password.get_secret_value())
            _, told = _good(server.capability())  # it can do more for those whom it knows
            server.capabilities = tuple(_bytes(told[-1]).decode().upper().split())
            yield server
        finally:
            with suppress(imaplib.IMAP4.error, OSError):  # it is over, whatever the server says to that
                server.logout()


class _Guarded(imaplib.IMAP4):
    """Connects to the addresses that were judged, whatever the name would resolve to by now."""

    def __init__(self, config: ImapConfig, outside: Outside, *, timeout: float) -> None:
        self._config = config
        self._outside = outside
        super().__init__(config.host, config.port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        host, port, seconds = self._config.host, self._config.port, timeout or _SECONDS
        failure: OSError = OSError(f"{host} has no address")
        for address in self._outside.addresses(host, port, timeout=seconds, ports=_PORTS):
            try:
                plain = socket.create_connection((address, port), seconds)
            except OSError as error:
                failure = error
                continue
            if self._config.tls != "ssl":
                return plain
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        raise failure


@dataclass(frozen=True, slots=True)
class ImapFolder:
    """An opened folder."""

    server: imaplib.IMAP4
    validity: int
    next_number: int

    @classmethod
    def opened(cls, server: imaplib.IMAP4, folder: str) -> ImapFolder:
        """Selects it, and reads how its messages are numbered."""
        status, told = server.select(_quoted(_encoded(folder)))
        if status != "OK":
            raise MailboxError(f"The folder “{folder}” cannot be opened: {_text(told)}")
        validity, following = _said(server, "UIDVALIDITY"), _said(server, "UIDNEXT")
        if not following:  # older servers tell it only when asked
            following = max((*cls(server, validity, 0).numbers(after=0), 0)) + 1
        return cls(server, validity, following)

    def numbers(self, *, after: int) -> list[int]:
        """Messages with a larger number, in order."""
        # A range always names the last message, even when its number is smaller.
        return [number for number in self._search(f"UID {after + 1}:*") if number > after]

    def since(self, day: date) -> list[int]:
        """Messages that arrived on this day or later, in order."""
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def size(self, number: int) -> int | None:
        """Of a message, in bytes."""
        _, found = _good(self.server.uid("FETCH", str(number), "(RFC822.SIZE)"))
        sizes = [match for part in found if (match := _NUMBER.search(_bytes(part)))]
        return int(sizes[0][1]) if sizes else None

    def read(self, number: int) -> bytes:
        """A message as it came."""
        _, found = _good(self.server.uid("FETCH", str(number), "(BODY.PEEK[])"))
        content = next((part[1] for part in found if isinstance(part, tuple)), None)
        if content is None:
            raise MailboxError(f"The server does not give message {number}.")
        return bytes(content)

    def mark_read(self, number: int) -> None:
        """Other programs see it as read."""
        _good(self.server.uid("STORE", str(number), "+FLAGS.SILENT", r"(\Seen)"))

    def move(self, number: int, folder: str) -> None:
        """Puts it into another folder; on servers that cannot move, copies it and deletes this one."""
        target = _quoted(_encoded(folder))
        if "MOVE" in self.server.capabilities:
            _good(self.server.uid("MOVE", str(number), target))
            return
        _good(self.server.uid("COPY", str(number), target))
        _good(self.server.uid("STORE", str(number), "+FLAGS.SILENT", r"(\Deleted)"))
        if "UIDPLUS" in self.server.capabilities:  # else the user's own program clears it away
            _good(self.server.uid("EXPUNGE", str(number)))

    def _search(self, asked: str) -> list[int]:
        _, found = _good(self.server.uid("SEARCH", asked))
        return sorted(int(number) for part in found for number in _bytes(part).split())


@contextmanager
def _in_words(config: ImapConfig) -> Iterator[None]:
    where = f"{config.host} at port {config.port}"
    try:
        yield
    except EgressError as error:
        raise MailboxError(error.message) from error
    except ssl.SSLCertVerificationError as error:
        raise MailboxError(f"The certificate of {where} is not trusted: {error.verify_message}.") from error
    except TimeoutError as error:
        raise MailboxError(f"{where} did not answer in time.") from error
    except UnicodeEncodeError:  # no word of what it was: it may be the password
        raise MailboxError("The user or the password has letters beyond ASCII, which signing in cannot send.") from None
    except imaplib.IMAP4.error as error:
        raise MailboxError(f"{where} refused: {_text(error.args)}") from error
    except OSError as error:
        raise MailboxError(f"{where} cannot be reached: {error}") from error


def _good(answer: tuple[str, list[Any]]) -> tuple[str, list[Any]]:
    status, told = answer
    if status != "OK":
        raise MailboxError(f"The server refused: {_text(told)}")
    return status, told


def _said(server: imaplib.IMAP4, name: str) -> int:
    _, (value,) = server.response(name)
    return int(value) if value else 0


def _bytes(part: Any) -> bytes:
    if isinstance(part, tuple):
        part = part[0]
    return part if isinstance(part, bytes) else str(part or "").encode()


def _text(told: Any) -> str:
    parts = told if isinstance(told, list | tuple) else [told]
    return " ".join(_bytes(part).decode(errors="replace") for part in parts)[:300]


def _quoted(text: str) -> str:
    if any(ord(char) < 32 for char in text):
        raise MailboxError("A name of the mailbox contains control characters.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encoded(folder: str) -> str:
    """A name in the spelling of IMAP: UTF-7 with & for + (RFC 3501, 5.1.3)."""
    if folder.isascii():
        return folder.replace("&", "&-")
    pieces = re.findall(r"[^\x20-\x7e]+|[\x20-\x7e]+", folder)
    return "".join(piece.replace("&", "&-") if piece.isascii() else _shifted(piece) for piece in pieces)


def _shifted(text: str) -> str:
    import base64

    packed = base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{packed}-"

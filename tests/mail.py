"""A mail server that keeps what it is sent."""

from __future__ import annotations

import email
import email.policy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.stack import free_port


@dataclass
class Mail:
    """One mail as it arrived."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""


@dataclass
class MailServer:
    """Where it listens, and what it got; addresses that begin with `nobody` are refused."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # instead of taking the next mails

    @property
    def config(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "from": "Stepgraph <flows@example.com>"}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 the library's name
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 the library's name
        if self.answers:
            return self.answers.pop(0)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 kept"


@contextmanager
def mail_server(*, password: str = "", tls: Any = None) -> Iterator[MailServer]:
    """A server on the loopback address; with a password, only user `ann` may send."""
    port = free_port()
    found = MailServer(port)

    def check(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ann", password.encode())
        return AuthResult(success=good, handled=False)

    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False} if password else {}
    with warnings.catch_warnings():
        # It warns of the missing encryption, which is meant here, and of its own old names, for each connection.
        warnings.simplefilter("ignore")
        controller = Controller(found, hostname="127.0.0.1", port=port, tls_context=tls, **options)
        controller.start()
        try:
            yield found
        finally:
            controller.stop()


@pytest.fixture
def mails() -> Iterator[MailServer]:
    """A running one, for the conftest of a folder whose steps send mail."""
    with mail_server() as found:
        yield found

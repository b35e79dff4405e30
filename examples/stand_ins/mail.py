"""A mail server that keeps what it is sent instead of delivering it. Addresses that begin with `nobody` are refused."""

from __future__ import annotations

import email
import email.policy
import warnings
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from examples.stand_ins.record import Record


class Mailbox:
    """Its two answers, in the names that aiosmtpd calls."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def handle_RCPT(  # noqa: N802 the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Takes an address, or does not know it."""
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keeps the mail, as people would see it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        body = {
            "from": str(message["From"]),
            "subject": str(message["Subject"]),
            "text": text.get_content() if text else "",
            "html": html.get_content() if html else "",
            "attachments": [part.get_filename() for part in message.iter_attachments()],
        }
        self._record.add(f"MAIL {', '.join(sorted(envelope.rcpt_tos))}", body=body)
        return "250 kept"


def start(record: Record, *, host: str, port: int) -> Controller:
    """A running one."""
    with warnings.catch_warnings():  # of the missing encryption, which never leaves this machine
        warnings.simplefilter("ignore")
        controller = Controller(Mailbox(record), hostname=host, port=port)
        controller.start()
    return controller

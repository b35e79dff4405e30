"""E-mail by an SMTP server."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from ipaddress import ip_address
from typing import Literal

from pydantic import Field, field_validator

from backend.catalog.connectors import ConnectorConfig, Outside, TestResult
from backend.catalog.fields import Secret
from backend.common.egress import EgressError
from workers.connectors.notifications._base import FAILED, Delivery, Message, Notifier

_PORTS = frozenset({25, 465, 587, 2525})
_SSL_PORT = 465


class SmtpConfig(ConnectorConfig):
    """The form of a mail server."""

    host: str = Field(min_length=1, max_length=253, title="Server", examples=["smtp.example.com"])
    port: int = Field(default=587, ge=1, le=65535, title="Port", description="587 or 465 as a rule.")
    user: str | None = Field(default=None, title="User", description="Empty: without signing in.")
    password: Secret | None = Field(default=None, title="Password", description="Of the user.")
    tls: Literal["auto", "starttls", "ssl", "none"] | bool = Field(
        default="auto",
        title="Encryption",
        description="auto: TLS at port 465, else STARTTLS where the server offers it. A password is not sent in "
        "clear unless this says none.",
    )
    from_: str = Field(
        alias="from", min_length=3, max_length=320, title="From", examples=["Stepgraph <workflows@example.com>"]
    )
    to: list[str] | None = Field(
        default=None,
        title="Recipients",
        description="Who gets it where a step does not say.",
        examples=[["ops@example.com"]],
    )

    @field_validator("from_")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if "@" not in parseaddr(value)[1]:
            raise ValueError("it must be an e-mail address, perhaps with a name before it: Name <me@example.com>")
        return value

    @property
    def encryption(self) -> str:
        """auto, starttls, ssl or none."""
        if self.tls in {"ssl", "auto", True} and self.port == _SSL_PORT:
            return "ssl"
        if isinstance(self.tls, bool):
            return "starttls" if self.tls else "none"
        return self.tls


class Smtp(Notifier[SmtpConfig], type="smtp"):
    """Sends e-mail, as text or HTML, with attachments."""

    label = "E-mail (SMTP)"
    icon = "mail"
    Config = SmtpConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """One mail for all recipients; the server answers for each."""
        recipients = recipients or self.config.to or ()
        if not recipients:
            return [Delivery("", FAILED, "There is no recipient: fill in `to`.")]
        wrong = [one for one in recipients if not _is_address(one)]
        good = [one for one in recipients if one not in wrong]
        failed = [Delivery(one, FAILED, f"“{one[:100]}” is not an e-mail address.") for one in wrong]
        return failed + (self._send(message, good) if good else [])

    def test(self) -> TestResult:
        """Connects and signs in, without sending anything."""
        try:
            with self._connection() as server:
                server.noop()
        except (smtplib.SMTPException, OSError, EgressError) as error:
            return TestResult(False, _said(error, self.config))
        return TestResult(
            True, f"{self.config.host} accepts the connection{' and the password' if self.config.user else ''}."
        )

    def _send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        addresses = [parseaddr(one)[1] for one in recipients]
        try:
            mail = compose(message, sender=self.config.from_, recipients=recipients)
            with self._connection() as server:
                refused = server.send_message(mail, parseaddr(self.config.from_)[1], addresses)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except (smtplib.SMTPException, OSError, EgressError, ValueError) as error:
            said, again = _said(error, self.config), _may_help(error)
            return [Delivery(one, FAILED, said, again) for one in recipients]
        return [_delivery(one, refused.get(address)) for one, address in zip(recipients, addresses, strict=True)]

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        config = self.config
        if config.encryption == "ssl":
            server: smtplib.SMTP = _GuardedSsl(self.outside, timeout=self.seconds)
        else:
            server = _Guarded(self.outside, timeout=self.seconds)
        with server:
            server.connect(config.host, config.port)
            server.ehlo()
            if config.encryption == "starttls" or (config.encryption == "auto" and server.has_extn("starttls")):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if config.user:
                self._sign_in(server)
            yield server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        secured = isinstance(server.sock, ssl.SSLSocket)
        if not secured and self.config.encryption != "none" and not _is_local(server):
            raise smtplib.SMTPNotSupportedError(
                "the server offers no encryption, and the password is not sent in clear; "
                "choose the encryption “none” if that is meant"
            )
        password = self.config.password.get_secret_value() if self.config.password else ""
        server.login(self.config.user or "", password)


class _Guarded(smtplib.SMTP):
    """Connects to the addresses that were judged, whatever the name would resolve to by now."""

    def __init__(self, outside: Outside, *, timeout: float) -> None:
        self._outside = outside
        super().__init__(timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        addresses = self._outside.addresses(host, port, timeout=timeout, ports=_PORTS)
        failure: OSError = OSError(f"{host} has no address")
        for address in addresses:
            try:
                return socket.create_connection((address, port), timeout)
            except OSError as error:
                failure = error
        raise failure


class _GuardedSsl(_Guarded):
    """The same, with TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


def compose(message: Message, *, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """The mail. Raises ValueError for what cannot stand in one."""
    mail = EmailMessage()
    name, address = parseaddr(sender)
    local, _, domain = address.rpartition("@")
    mail["From"] = Address(name, local, domain)
    mail["To"] = [_address(one) for one in recipients]
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = formatdate(localtime=False, usegmt=True)
    # The same id in every try: mailboxes and relays recognise the repetition.
    digest = hashlib.sha256(f"{message.key}\0{sender}\0{','.join(recipients)}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{digest}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for file in message.attachments:
        kind, _, subtype = (file.content_type or "application/octet-stream").partition(";")[0].partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype or "octet-stream", filename=file.name)
    return mail


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def _is_address(text: str) -> bool:
    _, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    return bool(local and at and domain) and not any(char.isspace() or char in "\r\n\0" for char in address)


def _is_local(server: smtplib.SMTP) -> bool:
    peer = server.sock.getpeername()[0] if server.sock else ""
    return ip_address(peer.partition("%")[0]).is_loopback


def _delivery(recipient: str, refused: tuple[int, bytes] | None) -> Delivery:
    if refused is None:
        return Delivery(recipient)
    code, text = refused
    return Delivery(recipient, FAILED, f"{code} {text.decode('utf-8', 'replace')}"[:300], 400 <= code < 500)


def _may_help(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return isinstance(error, OSError | smtplib.SMTPServerDisconnected) and not isinstance(error, ssl.SSLError)


def _said(error: Exception, config: SmtpConfig) -> str:
    where = f"{config.host} at port {config.port}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"{where} refused the user or the password ({error.smtp_code})."
        case smtplib.SMTPResponseException():
            said = (
                error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode("utf-8", "replace")
            )
            return f"{where} answered {error.smtp_code} {said}"[:300]
        case ssl.SSLCertVerificationError():
            return f"The certificate of {where} is not trusted: {error.verify_message}."
        case EgressError():
            return error.message
        case TimeoutError():
            return f"{where} did not answer in time."
    return f"The mail could not be handed to {where}: {error}"

"""What every kind of notification shares: the message, its deliveries, and how a service's answer is judged."""

from __future__ import annotations

import json
import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, TypeVar

from backend.catalog.connectors import ConnectorConfig, ConnectorType, TestResult
from backend.catalog.steps import StepFailed
from backend.common.egress import Response
from backend.common.json import JSON
from workers.http import errors
from workers.http.auth.base import Authenticator, NoAuthentication
from workers.http.request import Request
from workers.http.sending import Sender

DEFAULT_TIMEOUT = 15.0
SENT, FAILED = "sent", "failed"

C = TypeVar("C", bound=ConnectorConfig)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said; `html` only if it was written so. `key` is the same for every try of the same message."""

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    severity: str = "info"  # info | warning | error | critical
    key: str = ""
    details: Mapping[str, JSON] = field(default_factory=dict)  # where it comes from: job, step, workflow

    @property
    def whole(self) -> str:
        """Subject and text as one."""
        return "\n".join(part for part in (self.subject, self.text) if part)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message for one recipient."""

    recipient: str
    status: str = SENT
    error: str = ""
    retryable: bool = False


class Notifier(ConnectorType[C], family="notification"):
    """A way to reach people."""

    @abstractmethod
    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """One delivery for each recipient; without recipients, for the one that the connector names. Never raises
        for what goes wrong at the other side."""

    def test(self) -> TestResult:
        """Sends a message that says that it is a test."""
        text = "This is a test message. The connector works."
        deliveries = self.send(Message("Stepgraph test", text, key=f"test-{time.time_ns()}"), ())
        failed = [delivery for delivery in deliveries if delivery.status == FAILED]
        if failed or not deliveries:
            return TestResult(False, failed[0].error if failed else "There was nobody to send it to.")
        return TestResult(True, "A test message was sent.")

    # --- over HTTP --------------------------------------------------------------------------------------------------

    def post(self, url: str, body: JSON, *, recipient: str, **options: Any) -> Delivery:
        """Sends JSON; the delivery says whether the service took it."""
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **options.pop("headers", {})}
        return self.deliver(Request("POST", url, headers, content), recipient=recipient, **options)

    def deliver(
        self,
        request: Request,
        *,
        recipient: str,
        authentication: Authenticator | None = None,
        secrets: Sequence[str] = (),
    ) -> Delivery:
        """Sends one request; the delivery says whether the service took it."""
        scheme = authentication or NoAuthentication()
        sender = Sender(self.outside.http(), time.monotonic() + self.seconds, lambda: False, scheme)
        # The path of such an address is the secret: only the host may be shown.
        label = Request(request.method, request.url.partition("?")[0])
        try:
            sent, response = sender.send(request)
            problem = self.refusal(response)
            if problem:
                raise errors.of_status(sent, response, secrets=secrets)
        except StepFailed as failure:
            return Delivery(recipient, FAILED, _without_path(failure.message, label), failure.retryable)
        return Delivery(recipient)

    def refusal(self, response: Response) -> bool:
        """Whether the service did not take the message."""
        return not 200 <= response.status <= 299

    @property
    def seconds(self) -> float:
        """How long one delivery may take."""
        return float(self.config.timeout or DEFAULT_TIMEOUT)


def _without_path(text: str, request: Request) -> str:
    from urllib.parse import urlsplit

    return text.replace(request.label, f"{request.method} {urlsplit(request.url).hostname or ''}")


def plain(html: str) -> str:
    """The text of an HTML message, for those who cannot show HTML."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = ("".join(reader.pieces)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines).strip()


class _Text(HTMLParser):
    _BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol"})
    _HIDDEN = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self._HIDDEN
        if tag in self._BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0
        if tag in self._BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data.replace("\n", " "))

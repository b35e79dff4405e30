"""Any service that takes JSON: signed, so that it can tell who sent it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence

from pydantic import Field, field_validator

from backend.catalog.connectors import ConnectorConfig
from backend.catalog.fields import Secret
from workers.connectors.notifications._base import Delivery, Message, Notifier
from workers.http.request import Request


class WebhookConfig(ConnectorConfig):
    """The form of an outgoing webhook."""

    url: str = Field(title="Address", examples=["https://example.com/hooks/alerts"])
    headers: dict[str, str] = Field(default_factory=dict, title="Headers", description="Sent with every message.")
    secret: Secret | None = Field(
        default=None, title="Secret", description="Signs every message, as Standard Webhooks and as X-Signature-256."
    )

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not value.strip().startswith(("https://", "http://")):
            raise ValueError("it must begin with https:// or http://")
        return value.strip()


class Webhook(Notifier[WebhookConfig], type="webhook"):
    """Sends messages as signed JSON to an address of yours."""

    label = "Webhook"
    icon = "webhook"
    Config = WebhookConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """One request, which names the recipients."""
        body = {
            "id": message.key,
            "subject": message.subject,
            "body": message.text,
            "html": message.html or None,
            "severity": message.severity,
            "to": list(recipients),
            **message.details,
        }
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **self.config.headers}
        if self.config.secret:
            secret = self.config.secret.get_secret_value()
            headers |= signature(content, secret=secret, message_id=message.key, now=int(time.time()))
        delivery = self.deliver(Request("POST", self.config.url, headers, content), recipient="")
        return [Delivery(one, delivery.status, delivery.error, delivery.retryable) for one in recipients or [""]]


def signature(content: bytes, *, secret: str, message_id: str, now: int) -> Mapping[str, str]:
    """The headers of Standard Webhooks, and those that our own webhooks check."""
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    standard = hmac.new(key, f"{message_id}.{now}.".encode() + content, hashlib.sha256).digest()
    own = hmac.new(secret.encode(), f"{now}.".encode() + content, hashlib.sha256).hexdigest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{base64.b64encode(standard).decode()}",
        "X-Timestamp": str(now),
        "X-Signature-256": f"sha256={own}",
    }

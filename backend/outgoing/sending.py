"""Sending events to endpoints: signed, tried again with growing waits, each outcome kept for people to see."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from backend.common import crypto
from backend.common.egress import EgressError, Response
from backend.outgoing.models import DeliveryStatus, EventDelivery, EventEndpoint

WAITS = (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600)  # seconds after each failed try; then it has failed
KEPT = timedelta(days=30)
_SENDING = 60.0  # seconds that one try may take before another process may try
_BATCH = 20


class Client(Protocol):
    """Sends a request to the outside."""

    def request(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes, timeout: float, max_bytes: int
    ) -> Response:
        """The answer. Raises EgressError."""


def send_due(client: Client) -> int:
    """Sends what is due; any number of processes may. Answers how many were tried."""
    due = EventDelivery.objects.filter(status=DeliveryStatus.PENDING, next_at__lte=Now(), endpoint__is_active=True)
    count, gone = 0, set()
    for delivery in due.select_related("endpoint").order_by("next_at", "id")[:_BATCH]:
        if delivery.endpoint_id in gone:
            continue
        mine = EventDelivery.objects.filter(
            pk=delivery.pk, status=DeliveryStatus.PENDING, attempts=delivery.attempts
        ).update(attempts=F("attempts") + 1, next_at=Now() + timedelta(seconds=_SENDING))
        if mine:
            delivery.attempts += 1
            count += 1
            if not _try(client, delivery, at=int(timezone.now().timestamp())):
                gone.add(delivery.endpoint_id)
    return count


def _try(client: Client, delivery: EventDelivery, *, at: int) -> bool:
    """One try; False when the endpoint says that it wants nothing more."""
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", **signature(delivery, body, at=at)}
    status, error = None, ""
    try:
        answer = client.request(
            "POST", delivery.endpoint.url, headers=headers, content=body, timeout=15.0, max_bytes=65_536
        )
        status = answer.status
    except EgressError as fault:
        error = str(fault)
    delivered = status is not None and 200 <= status < 300
    values = {"response_status": status, "error": error[:300] or ("" if delivered else f"It answered {status}.")}
    EventDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts).update(
        **values, **(_delivered() if delivered else _again(delivery, gone=status == 410))
    )
    if status == 410:
        EventEndpoint.objects.filter(pk=delivery.endpoint_id).update(is_active=False)
    return status != 410


def _delivered() -> dict[str, object]:
    return {"status": DeliveryStatus.DELIVERED, "delivered_at": Now()}


def _again(delivery: EventDelivery, *, gone: bool) -> dict[str, object]:
    if gone or delivery.attempts > len(WAITS):
        return {"status": DeliveryStatus.FAILED}
    return {"next_at": Now() + timedelta(seconds=WAITS[delivery.attempts - 1])}


def signature(delivery: EventDelivery, body: bytes, *, at: int) -> dict[str, str]:
    """The headers of Standard Webhooks; the id is the same in every try."""
    endpoint = delivery.endpoint
    secret = crypto.decrypt(endpoint.secret, keys=settings.ENCRYPTION_KEYS, context=secret_context(endpoint))
    return signed(secret, body, message=str(delivery.id), at=at)


def signed(secret: str, body: bytes, *, message: str, at: int) -> dict[str, str]:
    """The headers of Standard Webhooks for a body that is sent now (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = base64.b64encode(hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    return {"webhook-id": message, "webhook-timestamp": str(at), "webhook-signature": f"v1,{digest}"}


def secret_context(endpoint: EventEndpoint) -> str:
    """The place that the encrypted secret belongs to."""
    return f"{endpoint.organization_id}|event endpoint|{endpoint.id}"


def sweep() -> int:
    """Forgets deliveries that are long over, or whose endpoint has not been active for long."""
    old = EventDelivery.objects.filter(created_at__lt=Now() - KEPT)
    return old.filter(pk__in=list(old.values_list("pk", flat=True)[:1000])).delete()[0]


Send = Callable[[Client], int]

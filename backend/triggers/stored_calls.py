"""What a refused call brought, read from its row as it would have been read when it came."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from backend.common.errors import Conflict
from backend.common.json import JSON
from backend.triggers.payload import read_payload, shown_query

if TYPE_CHECKING:
    from backend.triggers.models import WebhookDelivery


def input_of_refused(delivery: WebhookDelivery) -> dict[str, JSON]:
    """The input of the job that the call would have started; raises Conflict when its body was not kept."""
    seen = delivery.request or {}
    if seen.get("body") is None:
        raise Conflict("The body of this call was too long to be kept. Ask the sender to send it again.")
    body = base64.b64decode(seen["body"])
    return {
        "webhook_payload": read_payload(body, content_type=delivery.content_type, keep=_no_files),
        "webhook_headers": seen.get("headers", {}),
        "webhook_query": shown_query(seen.get("query", "")),
    }


def _no_files(name: str, content_type: str, data: bytes) -> JSON:  # noqa: ARG001 the signature of a keeper
    raise Conflict("Files of refused calls are not kept. Ask the sender to send it again.")

"""The shapes of calls and of test addresses."""

from __future__ import annotations

import base64
import json

from rest_framework import serializers

from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.jobs.serializers import iso
from backend.triggers.models import WebhookDelivery, WebhookTest
from backend.triggers.selectors.webhooks import test_url

_PREVIEW = 4000  # characters of a body


class TestInput(StrictSerializer):
    """`POST /api/webhook-tests/`."""

    workflow = serializers.CharField(max_length=80, help_text="The workflow's id or slug.")
    webhook = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Whose proof the calls are checked against."
    )


def delivery_shown(delivery: WebhookDelivery) -> dict[str, JSON]:
    """A call and what became of it."""
    return {
        "id": delivery.pk,
        "received_at": iso(delivery.received_at),
        "verdict": delivery.verdict,
        "status": delivery.status,
        "detail": delivery.detail,
        "method": delivery.method,
        "path": delivery.path,
        "address": delivery.address,
        "content_type": delivery.content_type,
        "size": delivery.size,
        "job": str(delivery.job_id) if delivery.job_id else None,
        "job_status": delivery.job.status if delivery.job else None,
        "replay_of": delivery.replay_of_id,
        "request": _request(delivery),
    }


def _request(delivery: WebhookDelivery) -> dict[str, JSON] | None:
    if delivery.request is not None:
        body = delivery.request.get("body")
        text = base64.b64decode(body).decode(errors="replace") if body is not None else ""
        query = delivery.request.get("query", "")
        return {"headers": delivery.request.get("headers", {}), "query": query, "preview": text[:_PREVIEW]}
    if delivery.job is None:
        return None
    given = delivery.job.input
    payload = given.get("webhook_payload")
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, indent=2)
    return {
        "headers": given.get("webhook_headers", {}),
        "query": given.get("webhook_query", {}),
        "preview": text[:_PREVIEW],
    }


def test_shown(test: WebhookTest) -> dict[str, JSON]:
    """A test address with what came to it."""
    return {
        "id": str(test.pk),
        "workflow": str(test.workflow_id),
        "url": test_url(test),
        "expires_at": iso(test.expires_at),
        "calls": test.calls,
    }

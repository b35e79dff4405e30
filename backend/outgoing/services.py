"""Setting up endpoints for events."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from backend.accounts.models import Organization
from backend.common import crypto
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.outgoing.models import DeliveryStatus, EventDelivery, EventEndpoint
from backend.outgoing.outbox import endpoints
from backend.outgoing.sending import secret_context
from backend.workflows.models import Workflow


def endpoint_create(
    organization: Organization, *, url: str, events: list[str], workflow: Workflow | None, is_active: bool = True
) -> tuple[EventEndpoint, str]:
    """A new endpoint and its secret, which is shown this once."""
    _check(url)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    endpoint = EventEndpoint(organization=organization, url=url, events=events, workflow=workflow, is_active=is_active)
    endpoint.secret = crypto.encrypt(secret, keys=settings.ENCRYPTION_KEYS, context=secret_context(endpoint))
    endpoint.save(force_insert=True)
    endpoints.forget()
    return endpoint, secret


def endpoint_update(endpoint: EventEndpoint, *, values: Mapping[str, JSON]) -> EventEndpoint:
    """Changes address, events or whether it is active."""
    if "url" in values:
        _check(values["url"])
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(values))
    endpoints.forget()
    return endpoint


def endpoint_delete(endpoint: EventEndpoint) -> None:
    """Removes it with what is on its way."""
    same = EventEndpoint.objects.filter(pk=endpoint.pk)
    same.update(is_active=False)  # jobs that end all the time would hold on to it by turns
    with transaction.atomic():
        same.select_for_update().first()  # or a delivery might come between the others, which go first, and it
        endpoint.delete()
    endpoints.forget()


def delivery_repeat(delivery: EventDelivery) -> None:
    """Sends an event once more, whatever became of it."""
    EventDelivery.objects.filter(pk=delivery.pk).update(
        status=DeliveryStatus.PENDING, attempts=0, next_at=Now(), error=""
    )


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Invalid(problems=[Problem("An address begins with https:// or http://.", path="url")])

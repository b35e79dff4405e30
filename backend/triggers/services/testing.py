"""Test addresses: made by a browser session, called by anybody who knows them, gone after ten minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from backend.common.json import JSON
from backend.triggers.errors import NoWebhook
from backend.triggers.models import Webhook, WebhookTest
from backend.workflows.models import Workflow

LIFETIME = timedelta(minutes=10)
CALLS_SHOWN = 20


def session_digest(session_key: str) -> str:
    """How a session is remembered: its key opens doors, so that only its digest is kept."""
    return hashlib.sha256(session_key.encode()).hexdigest()


@transaction.atomic
def test_create(workflow: Workflow, *, webhook: Webhook | None, session: str, now: datetime) -> WebhookTest:
    """A new test address; the session's earlier ones of the workflow end."""
    WebhookTest.objects.filter(workflow=workflow, session=session).delete()
    WebhookTest.objects.filter(expires_at__lt=now).delete()
    return WebhookTest.objects.create(
        organization_id=workflow.organization_id,
        workflow=workflow,
        webhook=webhook,
        token=secrets.token_urlsafe(24),
        session=session,
        expires_at=now + LIFETIME,
    )


def test_delete(test: WebhookTest) -> None:
    """Ends it now."""
    test.delete()


def test_of(token: str, *, now: datetime) -> WebhookTest:
    """The test behind an address; raises NoWebhook also when its time is over."""
    tests = WebhookTest.objects.select_related("webhook").filter(token=token, expires_at__gt=now)
    test = tests.first()
    if test is None:
        raise NoWebhook
    return test


@transaction.atomic
def test_note(test: WebhookTest, call: dict[str, JSON]) -> None:
    """Keeps a call, the newest first, and lets go of the oldest beyond those shown."""
    row = WebhookTest.objects.select_for_update(of=("self",)).filter(pk=test.pk).first()
    if row is None:
        raise NoWebhook
    row.calls = [call, *row.calls][:CALLS_SHOWN]
    row.save(update_fields=["calls"])

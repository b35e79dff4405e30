"""Reading webhooks: by organisation for people, by token for callers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from backend.accounts.models import Organization
from backend.common import crypto
from backend.common.errors import NotFound
from backend.jobs.errors import WorkflowDisabled
from backend.triggers.errors import NothingPublished, NoWebhook
from backend.triggers.hot import Found, webhook_of
from backend.triggers.models import Webhook, WebhookDelivery, WebhookTest
from backend.workflows.models import Workflow, WorkflowVersion
from backend.workflows.selectors import version_kept


def webhook_list(organization: Organization, *, workflow: str = "") -> QuerySet[Webhook]:
    """The newest first; `workflow` is an id or a slug."""
    webhooks = Webhook.objects.filter(organization=organization).select_related("workflow").order_by("-id")
    return webhooks.filter(_workflow_named(workflow)) if workflow else webhooks


def webhook_get(organization: Organization, webhook_id: UUID) -> Webhook:
    """One webhook; NotFound outside the organisation."""
    webhook = webhook_list(organization).filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFound(f"There is no webhook {webhook_id} in this organisation.")
    return webhook


def webhook_called(token: str) -> Found:
    """The active webhook behind an address, with its workflow, by one look-up. Raises NoWebhook."""
    found = webhook_of(token)
    if found is None:
        raise NoWebhook
    return found


def version_called(webhook: Webhook) -> WorkflowVersion:
    """What a call starts; raises WorkflowDisabled or NothingPublished."""
    workflow = webhook.workflow
    if not workflow.is_active:
        raise WorkflowDisabled
    if workflow.published_version_id is None:
        raise NothingPublished
    return version_kept(workflow.published_version_id)


def delivery_list(webhook: Webhook, *, verdict: str = "") -> QuerySet[WebhookDelivery]:
    """The calls of a webhook, the latest first."""
    deliveries = webhook.deliveries.select_related("job").order_by("-received_at", "-id")
    return deliveries.filter(verdict=verdict) if verdict else deliveries


def delivery_get(webhook: Webhook, delivery_id: int) -> WebhookDelivery:
    """One call; NotFound outside the webhook."""
    delivery = delivery_list(webhook).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(f"There is no call {delivery_id} of this webhook; calls are kept for a week.")
    return delivery


def test_get(organization: Organization, test_id: UUID, *, session: str) -> WebhookTest:
    """A test address of this browser session; NotFound otherwise, and once its time is over."""
    tests = WebhookTest.objects.filter(organization=organization, session=session, expires_at__gt=timezone.now())
    test = tests.select_related("workflow").filter(pk=test_id).first()
    if test is None:
        raise NotFound("There is no such test address in this session. It ends after ten minutes; make a new one.")
    return test


def test_url(test: WebhookTest) -> str:
    """The address that is called for a test."""
    return f"{settings.STEPGRAPH_BASE_URL.rstrip('/')}/hooks/test/{test.token}/"


def webhook_url(webhook: Webhook) -> str:
    """The address that callers use."""
    return f"{settings.STEPGRAPH_BASE_URL.rstrip('/')}/hooks/{webhook.token}/"


def webhook_urls(workflow: Workflow) -> list[str]:
    """The addresses that start a workflow, oldest first."""
    return [
        webhook_url(webhook) for webhook in Webhook.objects.filter(workflow=workflow, is_active=True).order_by("id")
    ]


def webhook_secrets(webhook: Webhook, *, now: datetime) -> list[str]:
    """The secrets that are good now, newest first: two in the day after a rotation."""
    stored = [webhook.secret] if webhook.secret else []
    until = webhook.previous_secret_until
    if webhook.previous_secret and until is not None and now < until:
        stored.append(webhook.previous_secret)
    if not stored:
        return []
    context = secret_context(webhook)
    return [crypto.decrypt(text, keys=settings.ENCRYPTION_KEYS, context=context) for text in stored]


def secret_context(webhook: Webhook) -> str:
    """What a webhook's stored secret is bound to."""
    return f"{webhook.organization_id}|{webhook.pk}|secret"


def _workflow_named(text: str) -> Q:
    try:
        return Q(workflow_id=UUID(text))
    except ValueError:
        return Q(workflow__slug=text)

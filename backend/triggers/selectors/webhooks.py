"""Reading webhooks: by organisation for people, by token for callers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from backend.accounts.models import Organization
from backend.common import crypto
from backend.common.errors import NotFound
from backend.jobs.errors import WorkflowDisabled
from backend.triggers.errors import NothingPublished, NoWebhook
from backend.triggers.models import Webhook
from backend.workflows.models import Workflow


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


def webhook_live(token: str) -> Webhook:
    """The webhook behind an address, ready to start jobs, by one look-up.

    Raises NoWebhook (also for an inactive one), WorkflowDisabled or NothingPublished.
    """
    webhook = Webhook.objects.select_related("workflow__published_version").filter(token=token, is_active=True).first()
    if webhook is None:
        raise NoWebhook
    if not webhook.workflow.is_active:
        raise WorkflowDisabled
    if webhook.workflow.published_version is None:
        raise NothingPublished
    return webhook


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

"""Changing webhooks: by people, and by publishing a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from backend.common import crypto
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.networks import canonical
from backend.triggers import publishing
from backend.triggers.models import Webhook
from backend.triggers.publishing import Triggers, Wanted
from backend.triggers.secrets import chosen_secret, new_secret, new_token
from backend.triggers.selectors.webhooks import secret_context
from backend.workflows import starting
from backend.workflows.format import WebhookTrigger
from backend.workflows.models import Workflow

OVERLAP = timedelta(hours=24)  # how long the previous secret stays good

_SETTINGS = (
    "methods", "auth", "respond", "timeout", "start_at", "rate_limit", "concurrency", "max_body", "ip_allow",
    "idempotency_header", "is_active",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook, and its secret when that is new: it is shown this once."""

    webhook: Webhook
    secret: str = ""


# --- by people ------------------------------------------------------------------------------------------------------


@transaction.atomic
def webhook_create(workflow: Workflow, *, values: Mapping[str, JSON], trigger_id: str = "") -> Made:
    """A new address for a workflow. `values` are the checked fields of the API, `secret` among them if chosen."""
    webhook = Webhook(
        organization_id=workflow.organization_id,
        workflow=workflow,
        trigger_id=trigger_id,
        token=new_token(),
        methods=["POST"],
    )
    _apply(webhook, values)
    secret = _secret_for(webhook.auth, values)
    _replace_secret(webhook, secret)
    webhook.full_clean()
    webhook.save(force_insert=True)
    return Made(webhook, secret)


@transaction.atomic
def webhook_update(webhook: Webhook, *, values: Mapping[str, JSON]) -> Made:
    """Changes the fields that are given. Another authentication, or a chosen secret, replaces the secret at once."""
    webhook = _locked(webhook)
    before = webhook.auth
    _apply(webhook, values)
    secret = ""
    if webhook.auth != before or values.get("secret"):
        secret = _secret_for(webhook.auth, values)
        _replace_secret(webhook, secret)
    webhook.full_clean()
    webhook.save()
    return Made(webhook, secret)


@transaction.atomic
def webhook_rotate(webhook: Webhook, *, what: str, now: datetime) -> Made:
    """A new `token` (the old address is gone at once), `secret` (the previous one stays good for a day), or `both`."""
    webhook = _locked(webhook)
    secret = ""
    if what in {"token", "both"}:
        webhook.token = new_token()
    if what in {"secret", "both"}:
        secret = _rotated_secret(webhook, now=now)
    webhook.save()
    return Made(webhook, secret)


def webhook_delete(webhook: Webhook) -> None:
    """Removes the address. One made from a trigger comes back, with another address, when its workflow is published."""
    webhook.delete()


# --- by publishing --------------------------------------------------------------------------------------------------


@transaction.atomic
def triggers_sync(workflow: Workflow, *, triggers: Triggers, before: Triggers = ()) -> list[Made]:
    """Makes the webhooks of a published definition: new ones get an address, known ones keep theirs, others go quiet.

    Only rows made from triggers are touched; those made through the API stay as they are.
    """
    wanted = publishing.wanted(WebhookTrigger, triggers, before=before)
    rows = {row.trigger_id: row for row in Webhook.objects.filter(workflow=workflow).exclude(trigger_id="")}
    gone = rows.keys() - wanted.keys()
    Webhook.objects.filter(workflow=workflow, trigger_id__in=gone).update(is_active=False)
    return [_synced(workflow, one, row=rows.get(id_)) for id_, one in wanted.items()]


def workflow_published(workflow: Workflow, triggers: Triggers, *, before: Triggers = ()) -> None:
    """What publishing calls, in its own transaction. A new secret is shown to nobody: rotating it gives one to copy."""
    triggers_sync(workflow, triggers=triggers, before=before)


def _synced(workflow: Workflow, one: Wanted[WebhookTrigger], *, row: Webhook | None) -> Made:
    values = one.trigger.model_dump(include=set(_SETTINGS))
    values["start_at"] = values["start_at"] or ""
    values["ip_allow"] = canonical(one.trigger.ip_allow)
    with one.placed():
        if row is None:
            return webhook_create(workflow, values=values, trigger_id=one.trigger.id)
        return webhook_update(row, values=one.news(values))


# --- parts ----------------------------------------------------------------------------------------------------------


def _locked(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=webhook.pk)


def _apply(webhook: Webhook, values: Mapping[str, JSON]) -> None:
    for name in _SETTINGS:
        if name in values:
            setattr(webhook, name, values[name])
    if "start_at" in values:
        _check_start_at(webhook)


def _check_start_at(webhook: Webhook) -> None:
    version = webhook.workflow.published_version
    if not webhook.start_at or version is None:
        return
    fault = starting.fault_of(version.definition, webhook.start_at)
    if fault is not None:
        raise Invalid("The webhook cannot start there.", problems=[fault])


def _secret_for(auth: str, values: Mapping[str, JSON]) -> str:
    chosen = values.get("secret")
    return chosen_secret(chosen, auth=auth) if chosen else new_secret(auth)


def _replace_secret(webhook: Webhook, secret: str) -> None:
    webhook.secret = _sealed(webhook, secret)
    webhook.previous_secret, webhook.previous_secret_until = "", None


def _rotated_secret(webhook: Webhook, *, now: datetime) -> str:
    secret = new_secret(webhook.auth)
    if not secret:
        raise Invalid("The webhook has no secret: it lets everybody in. Choose an authentication first.")
    webhook.previous_secret, webhook.previous_secret_until = webhook.secret, now + OVERLAP
    webhook.secret = _sealed(webhook, secret)
    return secret


def _sealed(webhook: Webhook, secret: str) -> str:
    return crypto.encrypt(secret, keys=settings.ENCRYPTION_KEYS, context=secret_context(webhook)) if secret else ""

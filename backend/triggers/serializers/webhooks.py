"""The shapes of webhooks at the API."""

from __future__ import annotations

from rest_framework import serializers

from backend.common import headers
from backend.common.json import JSON
from backend.common.networks import canonical
from backend.common.serializers import StrictSerializer
from backend.jobs.serializers import iso
from backend.triggers.models import Respond, Webhook
from backend.triggers.selectors.webhooks import webhook_url
from backend.triggers.verify import Auth
from backend.workflows.format import triggers as limits

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class WebhookFields(StrictSerializer):
    """What can be changed: `PATCH /api/webhooks/{id}/`."""

    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=METHODS), allow_empty=False, default=["POST"], help_text="Others get 405."
    )
    auth = serializers.ChoiceField(
        choices=[auth.value for auth in Auth], default=Auth.HMAC.value, help_text="How callers prove who they are."
    )
    secret = serializers.CharField(
        max_length=500, required=False, write_only=True, help_text="Leave it out to get a random one."
    )
    respond = serializers.ChoiceField(choices=Respond.choices, default=Respond.IMMEDIATELY.value)
    timeout = serializers.FloatField(
        min_value=limits.MIN_WAIT, max_value=limits.MAX_WAIT, default=30.0, help_text="Seconds a caller waits."
    )
    start_at = serializers.CharField(max_length=100, allow_blank=True, default="", help_text="A step to begin with.")
    rate_limit = serializers.IntegerField(
        min_value=1, max_value=limits.MAX_RATE, allow_null=True, default=None, help_text="Calls a minute."
    )
    concurrency = serializers.IntegerField(
        min_value=1,
        max_value=limits.MAX_CONCURRENCY,
        allow_null=True,
        default=None,
        help_text="Jobs of its calls at the same time.",
    )
    max_body = serializers.IntegerField(min_value=1, max_value=10_000_000, default=1_000_000, help_text="Bytes.")
    ip_allow = serializers.ListField(
        child=serializers.CharField(max_length=limits.MAX_NETWORK_LENGTH),
        max_length=limits.MAX_NETWORKS,
        default=[],
        help_text="Addresses or CIDRs; empty: all.",
    )
    idempotency_header = serializers.CharField(
        max_length=headers.MAX_NAME_LENGTH,
        allow_blank=True,
        default="",
        help_text="Calls with the same value start one job.",
    )
    is_active = serializers.BooleanField(default=True)

    def validate_methods(self, methods: list[str]) -> list[str]:
        """Each once, in a fixed order."""
        return [method for method in METHODS if method in methods]

    def validate_ip_allow(self, networks: list[str]) -> list[str]:
        """Addresses and networks in their canonical spelling."""
        try:
            return canonical(networks)
        except ValueError as exc:
            raise serializers.ValidationError(str(exc)) from None

    def validate_idempotency_header(self, name: str) -> str:
        """A header's name."""
        try:
            return headers.checked_name(name)
        except ValueError as error:
            raise serializers.ValidationError(f"This is {error}.") from None


class WebhookInput(WebhookFields):
    """`POST /api/webhooks/`."""

    workflow = serializers.CharField(max_length=80, help_text="The workflow's id or slug.")


class WebhookRotation(StrictSerializer):
    """`POST /api/webhooks/{id}/rotate/`."""

    what = serializers.ChoiceField(
        choices=["token", "secret", "both"],
        default="token",
        help_text="A new token changes the address at once; the previous secret stays good for 24 hours.",
    )


def webhook_shown(webhook: Webhook, *, with_url: bool) -> dict[str, JSON]:
    """A webhook as the API shows it. Its address starts jobs, so that it is for those who may start them."""
    return {
        "id": str(webhook.pk),
        "workflow": str(webhook.workflow_id),
        "workflow_slug": webhook.workflow.slug,
        "workflow_name": webhook.workflow.name,
        "trigger_id": webhook.trigger_id,
        "url": webhook_url(webhook) if with_url else None,
        "methods": webhook.methods,
        "auth": webhook.auth,
        "has_secret": bool(webhook.secret),
        "previous_secret_until": iso(webhook.previous_secret_until),
        "respond": webhook.respond,
        "timeout": webhook.timeout,
        "start_at": webhook.start_at,
        "rate_limit": webhook.rate_limit,
        "concurrency": webhook.concurrency,
        "max_body": webhook.max_body,
        "ip_allow": webhook.ip_allow,
        "idempotency_header": webhook.idempotency_header,
        "is_active": webhook.is_active,
        "last_called_at": iso(webhook.last_called_at),
        "created_at": iso(webhook.created_at),
    }

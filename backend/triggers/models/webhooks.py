"""Webhooks: addresses that start jobs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.models import Entity


class Respond(models.TextChoices):
    """When a caller gets its answer."""

    IMMEDIATELY = "immediately"
    WHEN_FINISHED = "when_finished"


class Webhook(Entity):
    """An address that starts a job of a workflow's published version; live at once, nothing to register."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="webhooks")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="webhooks")
    trigger_id = models.CharField(max_length=100, blank=True)  # of the definition's trigger that it was made from
    token = models.CharField(max_length=64, unique=True)  # the unguessable part of the address
    methods = models.JSONField(default=list)
    auth = models.CharField(max_length=20, default="none")
    secret = models.TextField(blank=True)  # encrypted
    previous_secret = models.TextField(blank=True)  # encrypted; still good until the time below
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    respond = models.CharField(max_length=20, choices=Respond.choices, default=Respond.IMMEDIATELY)
    timeout = models.FloatField(default=30)  # seconds that a caller waits for the job's answer
    start_at = models.CharField(max_length=100, blank=True)
    rate_limit = models.PositiveIntegerField(null=True, blank=True)  # calls a minute
    rate_clock = models.FloatField(default=0)  # Unix seconds by which the calls so far would fit the limit evenly
    max_body = models.PositiveIntegerField(default=1_000_000)  # bytes
    ip_allow = models.JSONField(default=list, blank=True)
    idempotency_header = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    last_called_at = models.DateTimeField(null=True, blank=True)  # to the minute

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "trigger_id"], condition=~Q(trigger_id=""), name="webhook_trigger_in_workflow"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-created_at"], name="webhook_of_organization")]


class WebhookDelivery(models.Model):
    """A signed call that started a job: the same one again gets the same job. Forgotten after a week."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    replay_key = models.CharField(max_length=64)
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "replay_key"], name="webhook_delivery_once")]
        indexes = [models.Index(fields=["webhook", "received_at"], name="webhook_delivery_age")]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.replay_key[:12]}"

"""Webhooks: addresses that start jobs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.fields import DocumentField
from backend.common.models import Entity


class Respond(models.TextChoices):
    """When a caller gets its answer."""

    IMMEDIATELY = "immediately"
    WHEN_FINISHED = "when_finished"
    STREAMING = "streaming"


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
    concurrency = models.PositiveIntegerField(null=True, blank=True)  # jobs of its calls that may live at a time
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
    """A call and what became of it. A signed call that comes again is known by its replay key. Kept for a week.

    What an accepted call brought is its job's input; only refused calls keep what they brought themselves.
    """

    class Verdict(models.TextChoices):
        """What became of it."""

        ACCEPTED = "accepted"
        REPEATED = "repeated"  # the job of an earlier call was answered
        REFUSED = "refused"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    replay_key = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.ACCEPTED)
    status = models.PositiveSmallIntegerField(default=202)  # of the answer; of a waiting call only if it was refused
    detail = models.CharField(max_length=500, blank=True)  # why it was refused
    method = models.CharField(max_length=10, blank=True)
    path = models.CharField(max_length=300, blank=True)  # behind the token
    address = models.CharField(max_length=45, blank=True)
    content_type = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    request = models.JSONField(null=True, blank=True)  # of a refused call: headers, query, body in base64
    replay_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "replay_key"], condition=~Q(replay_key=""), name="webhook_delivery_once"
            ),
        ]
        # As few as can be: every call pays for them.
        indexes = [
            models.Index(fields=["webhook", "received_at"], name="webhook_delivery_age"),
            models.Index(fields=["replay_of"], condition=Q(replay_of__isnull=False), name="webhook_delivery_replays"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.received_at:%Y-%m-%d %H:%M:%S}"


class WebhookTest(Entity):
    """An address for trying things out: it starts nothing, shows its last calls, and ends with its time or session."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="webhook_tests")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="webhook_tests")
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, blank=True, related_name="tests")
    token = models.CharField(max_length=64, unique=True)
    session = models.CharField(max_length=64)  # SHA-256 of the browser's session key
    expires_at = models.DateTimeField()
    calls = DocumentField(default=list)  # the last ones, the newest first

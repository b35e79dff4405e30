"""Who is told, what is on its way to them, and which errors have been told."""

from __future__ import annotations

from django.db import models

from backend.common.models import Entity


class EventEndpoint(Entity):
    """An address outside that is sent events, signed as Standard Webhooks say."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="event_endpoints")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, null=True, related_name="+")  # or all
    url = models.CharField(max_length=2000)
    events = models.JSONField(default=list)  # patterns of event types: `job.*`
    secret = models.TextField()  # encrypted
    is_active = models.BooleanField(default=True)


class DeliveryStatus(models.TextChoices):
    """Of one event on its way to one endpoint."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class EventDelivery(Entity):
    """An event for an endpoint; written with the event itself, so that it is sent at least once."""

    endpoint = models.ForeignKey(EventEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    type = models.CharField(max_length=60)
    payload = models.JSONField()
    status = models.CharField(max_length=9, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()  # while one is sending it, when another may
    response_status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(status="pending"), name="event_delivery_due"),
            models.Index(fields=["endpoint", "-created_at"], name="event_delivery_log"),
        ]


class ErrorNotice(models.Model):
    """A kind of failure of a workflow, told to its error workflow once for a while."""

    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="+")
    signature = models.CharField(max_length=200)  # step and type of the error
    told_at = models.DateTimeField()
    suppressed = models.PositiveIntegerField(default=0)  # since then

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "signature"], name="error_notice_once")]

"""Messages that wait to be sent or were sent, and by which channels an organisation hears of things."""

from __future__ import annotations

from django.db import models

from backend.common.models import Entity


class Notice(Entity):
    """One message by one channel. A row first, so that a lost worker or a mail server that is down loses none."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=60, blank=True)  # slug of a connector; empty: the installation's own mail
    to = models.JSONField(default=list)
    subject = models.CharField(max_length=500)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    severity = models.CharField(max_length=20, default="info")
    key = models.CharField(max_length=200, blank=True)  # the same message is written once
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # null: sent, or given up
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key", "channel"], condition=~models.Q(key=""), name="notice_once"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="notice_due"),
            models.Index(fields=["organization", "-created_at"], name="notice_of_organization"),
        ]


class DefaultChannels(Entity):
    """How an organisation is told of things that name no channel themselves."""

    organization = models.OneToOneField("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    channels = models.JSONField(default=list)  # [{connector, to}]

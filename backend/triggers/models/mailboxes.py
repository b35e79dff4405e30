"""Mailboxes that are watched: each new mail starts a job."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.models import Entity


class WatchedMailbox(Entity):
    """A folder that workers look into. Any number of them may: each message starts its job once."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="mailboxes")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="mailboxes")
    trigger_id = models.CharField(max_length=100)
    connector = models.CharField(max_length=60)
    folder = models.CharField(max_length=200, default="INBOX")
    every_seconds = models.PositiveIntegerField(default=60)
    per = models.CharField(
        max_length=10, choices=[("message", "Message"), ("attachment", "Attachment")], default="message"
    )
    file_input = models.CharField(max_length=100, blank=True)
    senders = models.JSONField(default=list, blank=True)
    existing = models.BooleanField(default=False)
    mark_read = models.BooleanField(default=True)
    move_to = models.CharField(max_length=200, blank=True)
    start_at = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    # how far it is
    validity = models.PositiveBigIntegerField(null=True)  # of the numbers; null: nobody has looked yet
    last_number = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # null: it rests
    claim = models.UUIDField(null=True)  # of the worker that looks just now
    looked_at = models.DateTimeField(null=True)
    last_mail_at = models.DateTimeField(null=True)
    mails = models.PositiveIntegerField(default=0)  # that started jobs
    problem = models.CharField(max_length=500, blank=True)  # of the last look; empty: it went well
    failures = models.PositiveIntegerField(default=0)  # looks in a row that did not succeed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "trigger_id"], name="mailbox_trigger_in_workflow"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="mailbox_due"),
            models.Index(fields=["organization", "-created_at"], name="mailbox_of_organization"),
        ]

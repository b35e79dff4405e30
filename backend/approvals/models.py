"""Approvals, who may decide them, how they decided, and the links that were sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.fields import DocumentField
from backend.common.models import Entity


class ApprovalStatus(models.TextChoices):
    """How it stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Approval(Entity):
    """A question to people on which a step of a job waits. The step itself is a row too: nothing runs meanwhile."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="approvals")
    path = models.CharField(max_length=500)  # the step's place in the job
    title = models.CharField(max_length=300, blank=True)
    message = models.TextField(blank=True)
    form = DocumentField(null=True, blank=True)  # JSON Schema of what may be filled in
    documents = models.JSONField(default=list)  # file references
    required = models.PositiveSmallIntegerField(default=1)  # how many must approve
    channels = models.JSONField(default=list)
    status = models.CharField(max_length=20, choices=ApprovalStatus.choices, default=ApprovalStatus.PENDING)
    until = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    remind_seconds = models.FloatField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "path"], condition=Q(status="pending"), name="approval_open_once_for_a_step"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "status", "-created_at"], name="approval_inbox"),
            models.Index(fields=["until"], condition=Q(status="pending"), name="approval_until"),
            models.Index(fields=["remind_at"], condition=Q(status="pending"), name="approval_remind"),
        ]


class Approver(models.Model):
    """Somebody who may decide, by mail address: a member, or anybody else by the link alone."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="approvers")
    email = models.EmailField(max_length=320)
    delegated_by = models.EmailField(max_length=320, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["approval", "email"], name="approver_once")]

    def __str__(self) -> str:
        return self.email


class ApprovalLink(models.Model):
    """A link that was sent to an approver: only its hash is kept."""

    approver = models.ForeignKey(Approver, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.approver_id}"


class Decision(Entity):
    """What one person decided."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="decisions")
    by = models.CharField(max_length=320)  # mail address, or the name of an API key
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=20)  # approved | rejected
    comment = models.TextField(blank=True)
    form = DocumentField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["approval", "by"], name="decision_once")]

"""Hooks, in the order in which they run."""

from __future__ import annotations

from django.db import models

from backend.common.models import Entity


class Moment(models.TextChoices):
    """When a hook runs."""

    BEFORE_STEP = "before_step"
    AFTER_STEP = "after_step"
    ON_ERROR = "on_error"
    JOB_STARTED = "job_started"
    JOB_COMPLETED = "job_completed"
    JOB_FAILED = "job_failed"


class Action(models.TextChoices):
    """What a hook does."""

    EXPRESSION = "expression"  # gives names, or refuses, by expressions
    HTTP = "http"  # asks an address outside
    WORKFLOW = "workflow"  # starts a workflow


class Hook(Entity):
    """One thing to do at one moment."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="hooks")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, null=True, related_name="+")  # or all
    name = models.CharField(max_length=100)
    moment = models.CharField(max_length=13, choices=Moment.choices)
    position = models.IntegerField(default=0)
    steps = models.JSONField(default=list)  # patterns of step ids; none: all
    step_types = models.JSONField(default=list)
    error_types = models.JSONField(default=list)  # patterns
    action = models.CharField(max_length=10, choices=Action.choices)
    config = models.JSONField(default=dict)
    secret = models.TextField(blank=True)  # encrypted; signs what is sent
    blocking = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "position", "id"], name="hook_order")]

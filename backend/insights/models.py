"""Thresholds, and the alerts that they have raised."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.models import Entity


class Measure(models.TextChoices):
    """What a threshold looks at."""

    JOB_SECONDS = "job_seconds"
    STEP_SECONDS = "step_seconds"
    SUCCESS_RATE = "success_rate"  # of the last jobs; below it is bad


class Level(models.TextChoices):
    """How bad it is."""

    WARNING = "warning"
    CRITICAL = "critical"


class Threshold(Entity):
    """A limit on how jobs go: of all workflows, of one, or of one step. The most specific one counts."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, null=True, related_name="+")
    step = models.CharField(max_length=100, blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices)
    warning = models.FloatField(null=True)
    critical = models.FloatField(null=True)
    last_jobs = models.PositiveSmallIntegerField(default=20)  # of a success rate


class Alert(Entity):
    """A threshold was passed. One of a success rate stays open until the rate is good again."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="alerts")
    threshold = models.ForeignKey(Threshold, on_delete=models.CASCADE, related_name="alerts")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    step = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=8, choices=Level.choices)
    value = models.FloatField()
    limit = models.FloatField()
    message = models.CharField(max_length=300)
    is_open = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["threshold", "workflow"], condition=Q(is_open=True), name="one_open_alert")
        ]
        indexes = [models.Index(fields=["organization", "-created_at"], name="alert_of_organization")]

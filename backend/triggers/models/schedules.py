"""Schedules: what is due when, and what became of each due time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.fields import DocumentField
from backend.common.models import Entity


class Kind(models.TextChoices):
    """How due times come about."""

    CRON = "cron"
    INTERVAL = "interval"
    ONCE = "once"


FIELD_OF_KIND = {Kind.CRON.value: "cron", Kind.INTERVAL.value: "every_seconds", Kind.ONCE.value: "at"}


class Overlap(models.TextChoices):
    """What happens when a due time comes while the job of an earlier one still lives."""

    SKIP = "skip"
    QUEUE = "queue"
    PARALLEL = "parallel"
    CANCEL_PREVIOUS = "cancel_previous"


class CatchUp(models.TextChoices):
    """Which of the due times that nobody was there for are made up for."""

    NONE = "none"
    LAST = "last"
    ALL = "all"


class Schedule(Entity):
    """Starts a workflow's published version by the clock. Any number of schedulers fire each due time once."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="schedules")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="schedules")
    trigger_id = models.CharField(max_length=100, blank=True)  # of the definition's trigger that it was made from
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    cron = models.CharField(max_length=200, blank=True)
    every_seconds = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    max_runs = models.PositiveIntegerField(null=True, blank=True)
    overlap = models.CharField(max_length=20, choices=Overlap.choices, default=Overlap.QUEUE)
    catch_up = models.CharField(max_length=10, choices=CatchUp.choices, default=CatchUp.LAST)
    jitter_seconds = models.PositiveIntegerField(default=0)  # at most; the offset follows from the id
    context = DocumentField(default=dict, blank=True)
    start_at = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    anchor = models.DateTimeField()  # from where intervals count
    run_count = models.PositiveIntegerField(default=0)
    last_due_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)  # none: it never comes due again, or is switched off
    fire_at = models.DateTimeField(null=True, blank=True)  # the next due time and the jitter
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "trigger_id"], condition=~Q(trigger_id=""), name="schedule_trigger_in_workflow"
            ),
        ]
        indexes = [
            models.Index(fields=["fire_at"], condition=Q(fire_at__isnull=False), name="schedule_fire"),
            models.Index(fields=["organization", "-created_at"], name="schedule_of_organization"),
        ]


class ScheduleRun(models.Model):
    """One due time of a schedule, and what became of it. The constraint is what makes it happen once."""

    class State(models.TextChoices):
        """What became of it."""

        STARTED = "started"
        QUEUED = "queued"  # until the job before it has ended
        SKIPPED = "skipped"
        FAILED = "failed"  # no job could be made

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_open = models.BooleanField(default=False)  # its job has not been seen to have ended
    is_back_fill = models.BooleanField(default=False)
    fired_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="schedule_due_once")]
        indexes = [
            models.Index(fields=["schedule"], condition=Q(is_open=True), name="schedule_run_open"),
            models.Index(fields=["schedule", "due_at"], condition=Q(state="queued"), name="schedule_run_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.due_at:%Y-%m-%d %H:%M:%S}"


class ScheduleAlert(Entity):
    """Something that people should know: due times that passed without a job, or were late. Open until dismissed."""

    class Kind(models.TextChoices):
        """What was wrong."""

        LATE = "late"
        MISSED = "missed"
        FAILED = "failed"

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="schedule_alerts")
    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    detail = models.CharField(max_length=500, blank=True)
    count = models.PositiveIntegerField(default=1)  # of due times
    first_due_at = models.DateTimeField()
    last_due_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "kind"], condition=Q(dismissed_at__isnull=True), name="schedule_alert_open_once"
            ),
        ]


class SchedulePolicy(models.Model):
    """What holds for all schedules of an organisation; without a row the defaults do."""

    organization = models.OneToOneField(
        "accounts.Organization", on_delete=models.CASCADE, related_name="schedule_policy"
    )
    paused_at = models.DateTimeField(null=True, blank=True)  # everything rests
    minimum_interval = models.PositiveIntegerField(default=1)  # seconds
    calendar_token = models.CharField(max_length=64, unique=True, null=True, blank=True)

    def __str__(self) -> str:
        return str(self.organization_id)

"""Jobs, their step runs and their events: the truth that every process works from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.fields import DocumentField
from backend.common.models import Entity


class JobStatus(models.TextChoices):
    """The states of a job; `state.py` says which follow which."""

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    WAITING = "WAITING"
    PAUSED = "PAUSED"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMED_OUT = "TIMED_OUT"


class TriggeredBy(models.TextChoices):
    """What started a job."""

    MANUAL = "MANUAL"
    API = "API"
    SCHEDULE = "SCHEDULE"
    WEBHOOK = "WEBHOOK"
    FORM = "FORM"
    SUBFLOW = "SUBFLOW"
    RETRY = "RETRY"
    ERROR = "ERROR"
    MCP = "MCP"
    MAIL = "MAIL"
    WORKFLOW = "WORKFLOW"  # another workflow's job has ended
    HOOK = "HOOK"  # something that the organisation does around steps or jobs


class StepStatus(models.TextChoices):
    """The states of a step run."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


_LIVE = ["PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"]


class Worker(models.Model):
    """A living worker process; its heartbeat keeps the leases of all its jobs."""

    id = models.UUIDField(primary_key=True, editable=False)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    sandbox = models.JSONField(
        default=dict
    )  # what its sandbox service says of itself: the isolation in force, languages
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)


class Scheduler(models.Model):
    """A living scheduler process, so that people see whether there is one."""

    id = models.UUIDField(primary_key=True, editable=False)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    seen_at = models.DateTimeField()


class Counted(models.Manager["Job"]):
    """The jobs that people count: all but tests of single steps, which are forgotten as soon as they are answered."""

    def get_queryset(self) -> models.QuerySet[Job]:
        """Without the tests."""
        return super().get_queryset().filter(is_test=False)


class Job(Entity):
    """One execution of a workflow version. A queued job is due as soon as `due_at` has passed."""

    objects = models.Manager["Job"]()
    counted = Counted()

    # Every index costs every job. Keys that an index below begins with have none of their own; those that are nearly
    # always empty have one of what is not.
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, related_name="jobs", db_index=False
    )
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="jobs", db_index=False)
    # RESTRICT, not PROTECT: a version in use stays, unless its whole workflow goes and takes the jobs with it.
    version = models.ForeignKey("workflows.WorkflowVersion", on_delete=models.RESTRICT, related_name="jobs")
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.QUEUED)
    triggered_by = models.CharField(max_length=10, choices=TriggeredBy.choices)
    priority = models.PositiveSmallIntegerField(default=2)
    input = DocumentField(default=dict)
    start_at = models.CharField(max_length=100, blank=True)  # a step id: begin there instead of at the entry steps
    output = DocumentField(null=True)
    response = DocumentField(null=True)  # what a waiting webhook answers
    error = models.JSONField(null=True)
    warnings = models.JSONField(default=list)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 null is outside the unique constraint
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children", db_index=False
    )
    parent_path = models.TextField(blank=True)  # of the parent's step that waits for this job; empty: none does
    depth = models.PositiveSmallIntegerField(default=0)  # how many jobs are above it
    is_test = models.BooleanField(default=False, db_default=False)  # of a single step, or started by such a test
    retried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="retries", db_index=False
    )
    created_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    wait_reason = models.CharField(max_length=200, blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=500, blank=True)
    pause_requested_at = models.DateTimeField(null=True)
    paused_from = models.CharField(max_length=10, blank=True)  # the status that a pause has interrupted
    lease_owner = models.UUIDField(null=True)  # a Worker's id
    lease_epoch = models.PositiveIntegerField(default=0)  # counts the owners: every write of an owner carries it
    interruptions = models.PositiveSmallIntegerField(default=0)  # owners that died while they held the job
    event_seq = models.PositiveIntegerField(default=0)
    signal_seq = models.PositiveIntegerField(default=0)  # counts what was delivered to its waiting steps

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="job_idempotency_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due_at", "id"], condition=Q(status__in=["QUEUED", "WAITING"]), name="job_due"
            ),
            models.Index(fields=["lease_owner"], condition=Q(status="RUNNING"), name="job_leased"),
            models.Index(
                fields=["parent"],
                condition=Q(status__in=["PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"]) & ~Q(parent_path=""),
                name="job_awaited",
            ),
            # PostgreSQL only: no query can use these two on SQLite (migration 0014).
            models.Index(fields=["workflow", "status"], condition=Q(status__in=_LIVE), name="job_live_of_workflow"),
            models.Index(fields=["organization", "status"], condition=Q(status__in=_LIVE), name="job_live_of_owner"),
            models.Index(fields=["priority", "created_at"], condition=Q(status="PENDING"), name="job_in_line"),
            models.Index(fields=["workflow"], condition=Q(status="PAUSED"), name="job_paused"),
            # By the id, which grows with the time: new jobs come at the end, where an index stays dense.
            models.Index(fields=["organization", "id"], name="job_of_organization"),
            models.Index(fields=["workflow", "id"], name="job_of_workflow"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="job_of_parent"),
            models.Index(fields=["retried_from"], condition=Q(retried_from__isnull=False), name="job_of_earlier_one"),
            models.Index(fields=["created_by"], condition=Q(created_by__isnull=False), name="job_of_person"),
        ]


class StepRun(models.Model):
    """One step in one job, per iteration path: `insert`, `batches[3].insert`."""

    # The database does not check it: whoever adds a row has just changed the job's own in the same transaction, and a
    # check of each of dozens of rows is a fifth of what PostgreSQL does for a job.
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps", db_index=False, db_constraint=False)
    path = models.TextField()  # as deep as loops go
    step = models.CharField(max_length=100)  # the id in the document
    type = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=StepStatus.choices)
    port = models.CharField(max_length=100, blank=True)  # the branch taken besides next, error and done
    continued = models.BooleanField(default=False)  # failed, and the flow went on
    output = DocumentField(null=True)
    aside = DocumentField(null=True)  # what it left besides: an output's answer to a webhook, the names of a loop
    error = models.JSONField(null=True)
    attempts = models.JSONField(default=list)  # [{started_at, ended_at, error}]
    input = DocumentField(null=True)  # the config as rendered, cut for display
    log = models.TextField(blank=True)
    order = models.PositiveIntegerField(default=0)  # of being decided, within the job
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)  # of a waiting step: when to try again

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "path"], name="step_run_path_in_job")]


class StepWait(models.Model):
    """A step that waits for a signal or for a moment; what arrives is kept here until the owner takes it over."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="waits", db_index=False)
    path = models.TextField()
    signal = models.CharField(max_length=40, blank=True)  # approval, event, child …; empty: only time
    key = models.CharField(max_length=200, blank=True)  # which one: an event's name, a child's id
    until_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)  # the first delivery, or the end of its time, wins
    expired = models.BooleanField(default=False)
    delivery = DocumentField(null=True)
    delivered_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "path"], name="step_wait_path_in_job")]
        indexes = [
            models.Index(fields=["key"], condition=Q(delivered_at__isnull=True) & ~Q(key=""), name="step_wait_by_key")
        ]


class KeptEvent(models.Model):
    """An event that came before any step waited for it."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    payload = DocumentField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "name", "id"], name="kept_event_by_name")]


class JobTotal(models.Model):
    """What was counted of a workflow's jobs that were deleted, so that counters never fall."""

    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=JobStatus.choices)
    jobs = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "status"], name="job_total_once")]


class RetentionPolicy(Entity):
    """How much of the past is kept: of a workflow, or (without one) of all of the organisation. 0 is no limit."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    days = models.FloatField(null=True, blank=True)
    jobs = models.PositiveIntegerField(null=True, blank=True)
    megabytes = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow"], condition=Q(workflow__isnull=False), name="retention_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(workflow__isnull=True), name="retention_of_organization"
            ),
        ]


class JobEvent(models.Model):
    """What happened in a job, numbered 1, 2, 3 … without gaps, in the order of the commits.

    `event_rows.py` reads and writes the rows, of which some hold many events.
    """

    # Not checked by the database, as that of a step run.
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events", db_index=False, db_constraint=False)
    seq = models.PositiveIntegerField()  # of the last event in the row
    data = models.JSONField()  # the event, or a list of events

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "seq"], name="event_seq_in_job")]

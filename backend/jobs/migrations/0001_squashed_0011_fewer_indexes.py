"""The tables as they came to be by all migrations so far: a new database makes each once, and in a third of the time."""

import backend.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("jobs", "0001_initial"),
        ("jobs", "0002_waiting_steps"),
        ("jobs", "0003_children"),
        ("jobs", "0004_triggered_by_workflow"),
        ("jobs", "0005_pauses"),
        ("jobs", "0006_limits_and_retention"),
        ("jobs", "0007_job_totals"),
        ("jobs", "0008_tests_of_steps"),
        ("jobs", "0009_triggered_by_mail"),
        ("jobs", "0010_triggered_by_hook"),
        ("jobs", "0011_fewer_indexes"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("workflows", "0003_folders_and_tags"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scheduler",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=200)),
                ("pid", models.PositiveIntegerField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=200)),
                ("pid", models.PositiveIntegerField()),
                ("sandbox", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("QUEUED", "Queued"),
                            ("RUNNING", "Running"),
                            ("WAITING", "Waiting"),
                            ("PAUSED", "Paused"),
                            ("SUCCESS", "Success"),
                            ("FAILED", "Failed"),
                            ("CANCELLED", "Cancelled"),
                            ("TIMED_OUT", "Timed Out"),
                        ],
                        default="QUEUED",
                        max_length=10,
                    ),
                ),
                (
                    "triggered_by",
                    models.CharField(
                        choices=[
                            ("MANUAL", "Manual"),
                            ("API", "Api"),
                            ("SCHEDULE", "Schedule"),
                            ("WEBHOOK", "Webhook"),
                            ("FORM", "Form"),
                            ("SUBFLOW", "Subflow"),
                            ("RETRY", "Retry"),
                            ("ERROR", "Error"),
                            ("MCP", "Mcp"),
                            ("MAIL", "Mail"),
                            ("WORKFLOW", "Workflow"),
                            ("HOOK", "Hook"),
                        ],
                        max_length=10,
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=2)),
                ("input", models.JSONField(default=dict)),
                ("start_at", models.CharField(blank=True, max_length=100)),
                ("output", models.JSONField(null=True)),
                ("response", models.JSONField(null=True)),
                ("error", models.JSONField(null=True)),
                ("warnings", models.JSONField(default=list)),
                ("idempotency_key", models.CharField(blank=True, max_length=200, null=True)),
                ("parent_path", models.TextField(blank=True)),
                ("depth", models.PositiveSmallIntegerField(default=0)),
                ("is_test", models.BooleanField(db_default=False, default=False)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("wait_reason", models.CharField(blank=True, max_length=200)),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=500)),
                ("pause_requested_at", models.DateTimeField(null=True)),
                ("paused_from", models.CharField(blank=True, max_length=10)),
                ("lease_owner", models.UUIDField(null=True)),
                ("lease_epoch", models.PositiveIntegerField(default=0)),
                ("interruptions", models.PositiveSmallIntegerField(default=0)),
                ("event_seq", models.PositiveIntegerField(default=0)),
                ("signal_seq", models.PositiveIntegerField(default=0)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jobs",
                        to="accounts.organization",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="jobs.job",
                    ),
                ),
                (
                    "retried_from",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="retries",
                        to="jobs.job",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="jobs",
                        to="workflows.workflowversion",
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jobs",
                        to="workflows.workflow",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["QUEUED", "WAITING"])),
                        fields=["priority", "due_at", "id"],
                        name="job_due",
                    ),
                    models.Index(condition=models.Q(("status", "RUNNING")), fields=["lease_owner"], name="job_leased"),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ["PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"]),
                            models.Q(("parent_path", ""), _negated=True),
                        ),
                        fields=["parent"],
                        name="job_awaited",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"])),
                        fields=["workflow", "status"],
                        name="job_live_of_workflow",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"])),
                        fields=["organization", "status"],
                        name="job_live_of_owner",
                    ),
                    models.Index(
                        condition=models.Q(("status", "PENDING")), fields=["priority", "created_at"], name="job_in_line"
                    ),
                    models.Index(fields=["organization", "-created_at"], name="job_of_organization"),
                    models.Index(fields=["workflow", "-created_at"], name="job_of_workflow"),
                    models.Index(
                        condition=models.Q(("parent__isnull", False)), fields=["parent"], name="job_of_parent"
                    ),
                    models.Index(
                        condition=models.Q(("retried_from__isnull", False)),
                        fields=["retried_from"],
                        name="job_of_earlier_one",
                    ),
                    models.Index(
                        condition=models.Q(("created_by__isnull", False)), fields=["created_by"], name="job_of_person"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key__isnull", False)),
                        fields=("workflow", "idempotency_key"),
                        name="job_idempotency_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JobEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("data", models.JSONField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="jobs.job",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("job", "seq"), name="event_seq_in_job")],
            },
        ),
        migrations.CreateModel(
            name="JobTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("QUEUED", "Queued"),
                            ("RUNNING", "Running"),
                            ("WAITING", "Waiting"),
                            ("PAUSED", "Paused"),
                            ("SUCCESS", "Success"),
                            ("FAILED", "Failed"),
                            ("CANCELLED", "Cancelled"),
                            ("TIMED_OUT", "Timed Out"),
                        ],
                        max_length=10,
                    ),
                ),
                ("jobs", models.PositiveBigIntegerField(default=0)),
                ("seconds", models.FloatField(default=0)),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workflows.workflow"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workflow", "status"), name="job_total_once")],
            },
        ),
        migrations.CreateModel(
            name="KeptEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("payload", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "name", "id"], name="kept_event_by_name")],
            },
        ),
        migrations.CreateModel(
            name="RetentionPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("days", models.FloatField(blank=True, null=True)),
                ("jobs", models.PositiveIntegerField(blank=True, null=True)),
                ("megabytes", models.FloatField(blank=True, null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workflows.workflow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("workflow__isnull", False)), fields=("workflow",), name="retention_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("workflow__isnull", True)),
                        fields=("organization",),
                        name="retention_of_organization",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StepRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField()),
                ("step", models.CharField(max_length=100)),
                ("type", models.CharField(max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("running", "Running"),
                            ("waiting", "Waiting"),
                            ("success", "Success"),
                            ("failed", "Failed"),
                            ("skipped", "Skipped"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("port", models.CharField(blank=True, max_length=100)),
                ("continued", models.BooleanField(default=False)),
                ("output", models.JSONField(null=True)),
                ("aside", models.JSONField(null=True)),
                ("error", models.JSONField(null=True)),
                ("attempts", models.JSONField(default=list)),
                ("input", models.JSONField(null=True)),
                ("log", models.TextField(blank=True)),
                ("order", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("resume_at", models.DateTimeField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="jobs.job"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("job", "path"), name="step_run_path_in_job")],
            },
        ),
        migrations.CreateModel(
            name="StepWait",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField()),
                ("signal", models.CharField(blank=True, max_length=40)),
                ("key", models.CharField(blank=True, max_length=200)),
                ("until_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("expired", models.BooleanField(default=False)),
                ("delivery", models.JSONField(null=True)),
                ("delivered_by", models.CharField(blank=True, max_length=200)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="waits", to="jobs.job"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", True), models.Q(("key", ""), _negated=True)),
                        fields=["key"],
                        name="step_wait_by_key",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("job", "path"), name="step_wait_path_in_job")],
            },
        ),
    ]

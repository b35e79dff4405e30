"""The tables as they came to be by all migrations so far: a new database makes each once, and in a third of the time."""

import backend.common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("triggers", "0001_initial"),
        ("triggers", "0002_schedules"),
        ("triggers", "0003_deliveries_tests_forms_followers"),
        ("triggers", "0004_watched_mailboxes"),
        ("triggers", "0005_fewer_indexes"),
    ]

    dependencies = [
        ("accounts", "0001_initial"),
        ("jobs", "0011_fewer_indexes"),
        ("workflows", "0003_folders_and_tags"),
    ]

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("trigger_id", models.CharField(blank=True, max_length=100)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("cron", "Cron"), ("interval", "Interval"), ("once", "Once")], max_length=10
                    ),
                ),
                ("cron", models.CharField(blank=True, max_length=200)),
                ("every_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField(blank=True, null=True)),
                ("timezone", models.CharField(default="UTC", max_length=64)),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("max_runs", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "overlap",
                    models.CharField(
                        choices=[
                            ("skip", "Skip"),
                            ("queue", "Queue"),
                            ("parallel", "Parallel"),
                            ("cancel_previous", "Cancel Previous"),
                        ],
                        default="queue",
                        max_length=20,
                    ),
                ),
                (
                    "catch_up",
                    models.CharField(
                        choices=[("none", "None"), ("last", "Last"), ("all", "All")], default="last", max_length=10
                    ),
                ),
                ("jitter_seconds", models.PositiveIntegerField(default=0)),
                ("context", models.JSONField(blank=True, default=dict)),
                ("start_at", models.CharField(blank=True, max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                ("anchor", models.DateTimeField()),
                ("run_count", models.PositiveIntegerField(default=0)),
                ("last_due_at", models.DateTimeField(blank=True, null=True)),
                ("next_due_at", models.DateTimeField(blank=True, null=True)),
                ("fire_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedules",
                        to="accounts.organization",
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="schedules", to="workflows.workflow"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("fire_at__isnull", False)), fields=["fire_at"], name="schedule_fire"
                    ),
                    models.Index(fields=["organization", "-created_at"], name="schedule_of_organization"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("trigger_id", ""), _negated=True),
                        fields=("workflow", "trigger_id"),
                        name="schedule_trigger_in_workflow",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("late", "Late"), ("missed", "Missed"), ("failed", "Failed")], max_length=10
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("count", models.PositiveIntegerField(default=1)),
                ("first_due_at", models.DateTimeField()),
                ("last_due_at", models.DateTimeField()),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedule_alerts",
                        to="accounts.organization",
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="triggers.schedule"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dismissed_at__isnull", True)),
                        fields=("schedule", "kind"),
                        name="schedule_alert_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SchedulePolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("minimum_interval", models.PositiveIntegerField(default=1)),
                ("calendar_token", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedule_policy",
                        to="accounts.organization",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScheduleRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("queued", "Queued"),
                            ("skipped", "Skipped"),
                            ("failed", "Failed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("is_open", models.BooleanField(default=False)),
                ("is_back_fill", models.BooleanField(default=False)),
                ("fired_at", models.DateTimeField()),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="triggers.schedule"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("is_open", True)), fields=["schedule"], name="schedule_run_open"),
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["schedule", "due_at"],
                        name="schedule_run_queued",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("schedule", "due_at"), name="schedule_due_once")],
            },
        ),
        migrations.CreateModel(
            name="WatchedMailbox",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("trigger_id", models.CharField(max_length=100)),
                ("connector", models.CharField(max_length=60)),
                ("folder", models.CharField(default="INBOX", max_length=200)),
                ("every_seconds", models.PositiveIntegerField(default=60)),
                (
                    "per",
                    models.CharField(
                        choices=[("message", "Message"), ("attachment", "Attachment")], default="message", max_length=10
                    ),
                ),
                ("file_input", models.CharField(blank=True, max_length=100)),
                ("senders", models.JSONField(blank=True, default=list)),
                ("existing", models.BooleanField(default=False)),
                ("mark_read", models.BooleanField(default=True)),
                ("move_to", models.CharField(blank=True, max_length=200)),
                ("start_at", models.CharField(blank=True, max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                ("validity", models.PositiveBigIntegerField(null=True)),
                ("last_number", models.PositiveBigIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("claim", models.UUIDField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("last_mail_at", models.DateTimeField(null=True)),
                ("mails", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("failures", models.PositiveIntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailboxes",
                        to="accounts.organization",
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mailboxes", to="workflows.workflow"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="mailbox_due"),
                    models.Index(fields=["organization", "-created_at"], name="mailbox_of_organization"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "trigger_id"), name="mailbox_trigger_in_workflow")
                ],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("trigger_id", models.CharField(blank=True, max_length=100)),
                ("token", models.CharField(max_length=64, unique=True)),
                ("methods", models.JSONField(default=list)),
                ("auth", models.CharField(default="none", max_length=20)),
                ("secret", models.TextField(blank=True)),
                ("previous_secret", models.TextField(blank=True)),
                ("previous_secret_until", models.DateTimeField(blank=True, null=True)),
                (
                    "respond",
                    models.CharField(
                        choices=[
                            ("immediately", "Immediately"),
                            ("when_finished", "When Finished"),
                            ("streaming", "Streaming"),
                        ],
                        default="immediately",
                        max_length=20,
                    ),
                ),
                ("timeout", models.FloatField(default=30)),
                ("start_at", models.CharField(blank=True, max_length=100)),
                ("rate_limit", models.PositiveIntegerField(blank=True, null=True)),
                ("rate_clock", models.FloatField(default=0)),
                ("concurrency", models.PositiveIntegerField(blank=True, null=True)),
                ("max_body", models.PositiveIntegerField(default=1000000)),
                ("ip_allow", models.JSONField(blank=True, default=list)),
                ("idempotency_header", models.CharField(blank=True, max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                ("last_called_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="webhooks", to="accounts.organization"
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="webhooks", to="workflows.workflow"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "-created_at"], name="webhook_of_organization")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("trigger_id", ""), _negated=True),
                        fields=("workflow", "trigger_id"),
                        name="webhook_trigger_in_workflow",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("replay_key", models.CharField(blank=True, max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("accepted", "Accepted"), ("repeated", "Repeated"), ("refused", "Refused")],
                        default="accepted",
                        max_length=10,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(default=202)),
                ("detail", models.CharField(blank=True, max_length=500)),
                ("method", models.CharField(blank=True, max_length=10)),
                ("path", models.CharField(blank=True, max_length=300)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("content_type", models.CharField(blank=True, max_length=200)),
                ("size", models.PositiveIntegerField(default=0)),
                ("request", models.JSONField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "replay_of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="triggers.webhookdelivery",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="triggers.webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["webhook", "received_at"], name="webhook_delivery_age"),
                    models.Index(
                        condition=models.Q(("replay_of__isnull", False)),
                        fields=["replay_of"],
                        name="webhook_delivery_replays",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replay_key", ""), _negated=True),
                        fields=("webhook", "replay_key"),
                        name="webhook_delivery_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookTest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("token", models.CharField(max_length=64, unique=True)),
                ("session", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField()),
                ("calls", models.JSONField(default=list)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_tests",
                        to="accounts.organization",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tests",
                        to="triggers.webhook",
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_tests",
                        to="workflows.workflow",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("trigger_id", models.CharField(max_length=100)),
                ("followed", models.SlugField(max_length=80)),
                (
                    "on",
                    models.CharField(
                        choices=[("success", "Success"), ("failure", "Failure"), ("always", "Always")],
                        default="success",
                        max_length=10,
                    ),
                ),
                ("start_at", models.CharField(blank=True, max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followers",
                        to="accounts.organization",
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="followers", to="workflows.workflow"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "followed"], name="follower_of_workflow")],
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "trigger_id"), name="follower_trigger_in_workflow")
                ],
            },
        ),
        migrations.CreateModel(
            name="Form",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=backend.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("trigger_id", models.CharField(blank=True, max_length=100)),
                ("token", models.CharField(max_length=64, unique=True)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("description", models.TextField(blank=True, max_length=10000)),
                (
                    "access",
                    models.CharField(
                        choices=[("public", "Public"), ("members", "Members")], default="public", max_length=10
                    ),
                ),
                (
                    "respond",
                    models.CharField(
                        choices=[("immediately", "Immediately"), ("when_finished", "When finished")],
                        default="immediately",
                        max_length=20,
                    ),
                ),
                ("timeout", models.FloatField(default=30)),
                ("start_at", models.CharField(blank=True, max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="forms", to="accounts.organization"
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="forms", to="workflows.workflow"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "-created_at"], name="form_of_organization")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("trigger_id", ""), _negated=True),
                        fields=("workflow", "trigger_id"),
                        name="form_trigger_in_workflow",
                    )
                ],
            },
        ),
    ]

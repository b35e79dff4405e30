"""Shapes of jobs at the API, by hand where the row and the answer differ."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers

from backend.ai.selectors import usage_of_job
from backend.common.ids import number_of
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.jobs import logs, selectors
from backend.jobs.models import Job, JobStatus, StepRun, TriggeredBy


class ExecuteInput(StrictSerializer):
    """`POST …/execute/`."""

    context = serializers.DictField(required=False, default=dict)  # type: ignore[assignment] # DRF's own word for a field
    priority = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=3)
    idempotency_key = serializers.CharField(required=False, allow_null=True, default=None, max_length=200)
    version = serializers.JSONField(required=False, allow_null=True, default=None)
    start_at = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    until = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=100,
        help_text="A step of the draft: only what leads to it is run.",
    )
    wait = serializers.FloatField(required=False, default=0, min_value=0, max_value=60)


class StepTestInput(StrictSerializer):
    """`POST /api/steps/test/`."""

    definition = serializers.JSONField(help_text="The whole document, which may be unfinished elsewhere.")
    step = serializers.CharField(max_length=100, help_text="The id of the step to run.")
    context = serializers.DictField(required=False, default=dict, help_text="Variables by name.")  # type: ignore[assignment] # DRF's own word for a field
    job = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="An earlier job: its results are variables, too."
    )
    timeout = serializers.FloatField(required=False, default=60, min_value=1, max_value=120, help_text="Seconds.")


class CancelInput(StrictSerializer):
    """`POST …/cancel/`."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class RetryInput(StrictSerializer):
    """`POST …/retry/`."""

    from_step = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=2000,
        help_text="A step or its path: batches[3].insert.",
    )
    from_failed = serializers.BooleanField(required=False, default=False, help_text="Only what did not succeed.")
    context = serializers.DictField(required=False, allow_null=True, default=None)  # type: ignore[assignment] # DRF's own word for a field
    version = serializers.JSONField(
        required=False, allow_null=True, default=None, help_text="A number, latest or draft; null: that of the job."
    )
    until = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=100, help_text="A step of the draft: run no further."
    )
    rerun_changed = serializers.BooleanField(
        required=False, default=False, help_text="Steps that changed since that job are done again, not refused."
    )


class ResolveInput(StrictSerializer):
    """`POST …/resolve/`."""

    path = serializers.CharField(max_length=2000)
    action = serializers.ChoiceField(["retry", "skip", "fail"])


class BulkFilter(StrictSerializer):
    """Which jobs, when they are not named one by one."""

    workflow = serializers.CharField(required=False, default="")
    status = serializers.CharField(required=False, default="")
    triggered_by = serializers.CharField(required=False, default="")
    since = serializers.DateTimeField(required=False, default=None)
    search = serializers.CharField(required=False, default="", max_length=200)


class BulkInput(StrictSerializer):
    """`POST /api/jobs/bulk/`."""

    action = serializers.ChoiceField(["cancel", "pause", "resume", "retry", "retry_failed"])
    ids = serializers.ListField(child=serializers.UUIDField(), required=False, default=None, allow_null=True)
    filter = BulkFilter(required=False, default=None, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    version = serializers.JSONField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Of a retry: a number, latest or draft; null: each its own.",
    )

    def validate(self, attrs: dict[str, JSON]) -> dict[str, JSON]:
        """Jobs are named, or described."""
        if (attrs["ids"] is None) == (attrs["filter"] is None):
            raise serializers.ValidationError("Give “ids” or “filter”.")
        return attrs


class EventInput(StrictSerializer):
    """`POST /api/events/`."""

    name = serializers.CharField(max_length=200)
    payload = serializers.JSONField(required=False, allow_null=True, default=None)


class JobFilters(serializers.Serializer[JSON]):
    """The query of `GET /api/jobs/`."""

    workflow = serializers.CharField(required=False, default="")
    status = serializers.CharField(required=False, default="")
    triggered_by = serializers.CharField(required=False, default="")
    since = serializers.DateTimeField(required=False, default=None)
    search = serializers.CharField(
        required=False, default="", max_length=200, help_text="Words that are in the input, the output or the error."
    )

    def validate_status(self, text: str) -> str:
        """One or several, separated by commas."""
        return _known(text, JobStatus.values)

    def validate_triggered_by(self, text: str) -> str:
        """One of the kinds of triggers."""
        return _known(text, TriggeredBy.values)


def _known(text: str, names: list[str]) -> str:
    unknown = [word for word in text.upper().split(",") if word and word not in names]
    if unknown:
        raise serializers.ValidationError(f"“{unknown[0]}” is none of {', '.join(names)}.")
    return text


def job_summary(job: Job) -> dict[str, JSON]:
    """A job in a list."""
    return {
        "id": str(job.id),
        "number": number_of(job.id),
        "workflow": str(job.workflow_id),
        "workflow_name": job.workflow.name,
        "workflow_slug": job.workflow.slug,
        "version": job.version.number if job.version.number is not None else "draft",
        "status": job.status,
        "triggered_by": job.triggered_by,
        "priority": job.priority,
        "error": job.error,
        "wait_reason": job.wait_reason,
        "duration": seconds_between(job.started_at, job.finished_at),
        "created_at": iso(job.created_at),
        "started_at": iso(job.started_at),
        "finished_at": iso(job.finished_at),
        "parent": str(job.parent_id) if job.parent_id else None,
        "retried_from": str(job.retried_from_id) if job.retried_from_id else None,
    }


def job_detail(job: Job) -> dict[str, JSON]:
    """A job with everything that is known of it."""
    runs = logs.with_live_text(job, list(selectors.step_runs(job)))
    usage = usage_of_job(job.id) if any(run.type == "ai" for run in runs) else {}
    names = {step["id"]: step.get("name") or step["id"] for step in job.version.definition.get("steps", [])}
    return {
        **job_summary(job),
        "execution_context": selectors.execution_context(job, runs),
        "workflow_output": job.output,
        "output": job.output,
        "warnings": job.warnings,
        "cancel_reason": job.cancel_reason,
        "waiting": selectors.waiting(job, runs),
        "history": selectors.history(job),
        "steps": [step_run(run, name=names.get(run.step, run.step), ai_usage=usage.get(run.path)) for run in runs],
    }


def step_run(run: StepRun, *, name: str, ai_usage: JSON = None) -> dict[str, JSON]:
    """A step in a job."""
    aside = run.aside or {}
    log, first = logs.end_of(run.log)
    return {
        "id": run.step,
        "path": run.path,
        "name": name,
        "type": run.type,
        "status": run.status,
        "port": run.port,
        "continued": run.continued,
        "attempts": run.attempts,
        "duration": seconds_between(run.started_at, run.ended_at),
        "started_at": iso(run.started_at),
        "ended_at": iso(run.ended_at),
        "input": run.input,
        "output": run.output,
        "error": run.error,
        "log": log,
        "log_first": first,
        "reused": (aside.get("reused") or {}).get("job"),
        "compensates": aside.get("compensates"),
        "child": aside.get("child"),
        "children": aside.get("children") or ([aside["child"]] if aside.get("child") else []),
        "cached": bool(aside.get("cached")),
        "pinned": bool(aside.get("pinned")),
        "ai_usage": ai_usage,
    }


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as everywhere in the API."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """A duration in seconds, once both ends are known."""
    return (end - start).total_seconds() if start and end else None

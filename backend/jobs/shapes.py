"""The shapes of answers about jobs, for the OpenAPI document; `serializers.py` makes the answers themselves."""

from __future__ import annotations

from rest_framework import serializers

from backend.common.json import JSON
from backend.jobs.models import JobStatus, StepStatus, TriggeredBy


class Shape(serializers.Serializer[JSON]):
    """Described, never used to read or write."""


class JobErrorShape(Shape):
    """Why a job or a step failed."""

    type = serializers.CharField(help_text="A short stable word, such as timeout, http_503 or expression.")
    message = serializers.CharField()
    step = serializers.CharField(allow_null=True)
    step_name = serializers.CharField(required=False, help_text="What people call the step.")
    path = serializers.CharField(allow_null=True)
    attempt = serializers.IntegerField(allow_null=True)
    retryable = serializers.BooleanField(required=False, help_text="Whether trying again may help.")
    line = serializers.IntegerField(required=False, help_text="Of the user's own code.")
    hint = serializers.CharField(required=False)
    cause = serializers.DictField(required=False, help_text="Of a loop or a group: what failed in it first.")


class AttemptShape(Shape):
    """One try of a step."""

    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    error = JobErrorShape(allow_null=True)


class StepRunShape(Shape):
    """One step in one job, per iteration."""

    id = serializers.CharField(help_text="The step's id in the document.")
    path = serializers.CharField(help_text="With iterations: batches[3].insert.")
    name = serializers.CharField()
    type = serializers.CharField()
    status = serializers.ChoiceField(StepStatus.choices)
    port = serializers.CharField(help_text="The branch taken, of steps that have branches.")
    continued = serializers.BooleanField(help_text="It failed, and the flow went on.")
    attempts = AttemptShape(many=True)
    duration = serializers.FloatField(allow_null=True, help_text="Seconds.")
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    input = serializers.JSONField(allow_null=True)
    output = serializers.JSONField(allow_null=True)
    error = JobErrorShape(allow_null=True)
    log = serializers.CharField(help_text="Its end, when it is long.")
    log_first = serializers.IntegerField(help_text="The number of the first line shown; above 0: the log is longer.")
    reused = serializers.UUIDField(allow_null=True, help_text="The earlier job whose result was taken over.")
    compensates = serializers.CharField(allow_null=True, help_text="The path of the step that it has undone.")
    child = serializers.UUIDField(allow_null=True, help_text="The job that it started.")
    children = serializers.ListField(
        child=serializers.UUIDField(), help_text="All jobs that it started, such as the tools of a model."
    )
    cached = serializers.BooleanField()
    pinned = serializers.BooleanField(help_text="It was not run: its output is pinned, as test runs of a draft use it.")
    ai_usage = serializers.JSONField(allow_null=True)


class WaitingShape(Shape):
    """Why a job does not go on."""

    step = serializers.CharField(allow_null=True, help_text="Null: the job as a whole waits.")
    path = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True, help_text="It goes on then at the latest; null: no such moment.")
    signal = serializers.CharField(help_text="What ends it: approval, event, child, retry …; empty: time alone.")


class StepTestShape(StepRunShape):
    """The test of one step."""

    waiting = WaitingShape(allow_null=True, help_text="What it would wait for; the test ends there.")
    steps = StepRunShape(many=True, help_text="Of a container: what ran inside.")


class HistoryShape(Shape):
    """One change of a job's state."""

    at = serializers.DateTimeField()
    event = serializers.CharField(help_text="job.created, job.started, job.waiting, job.paused …")
    status = serializers.CharField(help_text="The state from then on.")
    actor = serializers.CharField(help_text="The person or the key behind it; empty: the system.")
    reason = serializers.CharField()


class BulkShape(Shape):
    """What came of each job."""

    results = serializers.ListField(child=serializers.DictField())


class JobShape(Shape):
    """A job in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="The id as a decimal number, which addresses of jobs take as well.")
    workflow = serializers.UUIDField()
    workflow_name = serializers.CharField()
    workflow_slug = serializers.CharField()
    version = serializers.JSONField(help_text="A number, or the word draft.")
    status = serializers.ChoiceField(JobStatus.choices)
    triggered_by = serializers.ChoiceField(TriggeredBy.choices)
    priority = serializers.IntegerField()
    error = JobErrorShape(allow_null=True)
    wait_reason = serializers.CharField()
    duration = serializers.FloatField(allow_null=True, help_text="Seconds.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment] # a word of DRF too
    retried_from = serializers.UUIDField(allow_null=True)


class JobDetailShape(JobShape):
    """A job with everything that is known of it."""

    execution_context = serializers.DictField(help_text="Its input, and the results so far by name.")
    workflow_output = serializers.JSONField(allow_null=True)
    output = serializers.JSONField(allow_null=True, help_text="The same, for clients that look for it under this name.")
    warnings = serializers.ListField(child=serializers.DictField())
    cancel_reason = serializers.CharField()
    waiting = WaitingShape(many=True)
    history = HistoryShape(many=True)
    steps = StepRunShape(many=True)


class EventSentShape(Shape):
    """What became of an event."""

    reached = serializers.IntegerField(help_text="Steps that waited for it; 0: it is kept for the first that will.")


class StepLogShape(Shape):
    """The log of one step run."""

    log = serializers.CharField()


class LogsShape(Shape):
    """The log of all steps."""

    logs = serializers.CharField()

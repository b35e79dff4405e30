"""Compares every ended job with the thresholds; what it finds is recorded, and told to whoever listens to events."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import DurationField, F, Max

from backend.common.json import JSON
from backend.insights.models import Alert, Level, Measure, Threshold
from backend.jobs.models import Job, StepRun
from backend.outgoing import outbox

log = structlog.get_logger(__name__)

_BAD = ("FAILED", "TIMED_OUT")


# SQL about a job: its organisation has set a threshold, as few have.
IS_LIMITED = "EXISTS (SELECT 1 FROM insights_threshold t WHERE t.organization_id = jobs_job.organization_id)"


def job_ended(job_id: UUID, _status: str) -> None:
    """After the job's end is committed: no threshold may hold it up."""
    transaction.on_commit(lambda: _look(job_id), robust=True)


def _look(job_id: UUID) -> None:
    try:
        job = Job.counted.select_related("workflow").filter(id=job_id).first()
        if job is not None:
            evaluate(job)
    except DatabaseError as error:
        log.warning("thresholds_not_looked_at", job=str(job_id), reason=str(error))


def evaluate(job: Job) -> None:
    """Raises the alerts of one ended job."""
    rows = list(Threshold.objects.filter(organization_id=job.organization_id))
    rows = [row for row in rows if row.workflow_id in {None, job.workflow_id}]
    if not rows:
        return
    _job_seconds(job, _best(rows, Measure.JOB_SECONDS, step=""))
    if any(row.measure == Measure.STEP_SECONDS for row in rows):
        for step, seconds in _slowest_runs(job):
            threshold = _best(rows, Measure.STEP_SECONDS, step=step)
            if threshold is not None:
                _too_slow(job, threshold, seconds, step=step)
    rates = [row for row in rows if row.measure == Measure.SUCCESS_RATE]
    for threshold in rates:
        _success_rate(job, threshold)


def _best(rows: list[Threshold], measure: str, *, step: str) -> Threshold | None:
    """The most specific one: a step's before its workflow's before that of all."""
    fitting = [row for row in rows if row.measure == measure and row.step in {"", step}]
    return max(fitting, key=lambda row: (bool(row.step), row.workflow_id is not None), default=None)


def _slowest_runs(job: Job) -> list[tuple[str, float]]:
    """Each step with the seconds of its slowest run: a loop of thousands must not raise as many alerts."""
    runs = StepRun.objects.filter(job=job, started_at__isnull=False, ended_at__isnull=False).order_by()
    took = Max(F("ended_at") - F("started_at"), output_field=DurationField())
    return [(step, longest.total_seconds()) for step, longest in runs.values_list("step").annotate(took=took)]


def _job_seconds(job: Job, threshold: Threshold | None) -> None:
    if threshold is not None and job.started_at and job.finished_at:
        _too_slow(job, threshold, (job.finished_at - job.started_at).total_seconds(), step="")


def _too_slow(job: Job, threshold: Threshold, seconds: float, *, step: str) -> None:
    for level, limit in ((Level.CRITICAL, threshold.critical), (Level.WARNING, threshold.warning)):
        if limit is not None and seconds > limit:
            what = f"Step “{step}”" if step else "A job"
            factor = f"{seconds / limit:.1f} times" if limit else "more than"
            message = f"{what} of {job.workflow.name} took {seconds:.1f} s, {factor} {limit:g} s."
            _raise(job, threshold, level=level, value=seconds, limit=limit, message=message, step=step)
            return


def _success_rate(job: Job, threshold: Threshold) -> None:
    ended = Job.counted.filter(workflow_id=job.workflow_id, status__in=("SUCCESS", *_BAD)).order_by("-finished_at")
    last = list(ended.values_list("status", flat=True)[: threshold.last_jobs])
    if len(last) < threshold.last_jobs:
        return
    share = last.count("SUCCESS") / len(last)
    open_ones = Alert.objects.filter(threshold=threshold, workflow_id=job.workflow_id, is_open=True)
    for level, limit in ((Level.CRITICAL, threshold.critical), (Level.WARNING, threshold.warning)):
        if limit is not None and share < limit:
            message = (
                f"Only {share:.0%} of the last {len(last)} jobs of {job.workflow.name} succeeded, not {limit:.0%}."
            )
            if level == Level.CRITICAL:  # it has become worse: the warning makes way
                open_ones.filter(level=Level.WARNING).update(is_open=False)
            _raise(job, threshold, level=level, value=share, limit=limit, message=message, is_open=True)
            return
    open_ones.update(is_open=False)


def _raise(
    job: Job,
    threshold: Threshold,
    *,
    level: str,
    value: float,
    limit: float,
    message: str,
    step: str = "",
    is_open: bool = False,
) -> None:
    try:
        with transaction.atomic():
            Alert.objects.create(
                organization_id=job.organization_id,
                threshold=threshold,
                workflow=job.workflow,
                job=job,
                step=step,
                level=level,
                value=value,
                limit=limit,
                message=message[:300],
                is_open=is_open,
            )
            told: dict[str, JSON] = {
                "level": level,
                "message": message,
                "value": value,
                "limit": limit,
                "factor": value / limit if limit else None,
                "workflow": job.workflow.slug,
                "step": step,
                "job": str(job.id),
                "url": f"{settings.STEPGRAPH_BASE_URL}/jobs/{job.id}",
            }
            outbox.tell(job.organization_id, kind="alert.raised", data=told, workflow=job.workflow_id)
    except IntegrityError:
        return  # it is raised already, and stays so until the rate is good again

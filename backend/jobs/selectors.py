"""Reads of jobs, always within one organisation where a person asks."""

from __future__ import annotations

import json
from datetime import datetime
from functools import reduce
from operator import or_
from typing import IO
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from backend.accounts.models import Organization
from backend.common.errors import NotFound
from backend.common.ids import earliest_id, id_read
from backend.common.json import JSON
from backend.files import values
from backend.jobs import event_rows, loading, sql, state
from backend.jobs.loading import Loaded
from backend.jobs.models import Job, JobEvent, JobStatus, Scheduler, StepRun, StepStatus, Worker

_PREPARED = 3600.0  # seconds; far more than any job has its id before it is stored
_MOST_EVENTS = 1000  # at once; more than a row holds, or there might seem to be none


def job_list(
    organization: Organization,
    *,
    workflow: str = "",
    status: str = "",
    triggered_by: str = "",
    since: datetime | None = None,
    search: str = "",
) -> QuerySet[Job]:
    """The newest first. `workflow` is an id, a slug or a name; `status` may name several, separated by commas.

    `search`: every word of it is somewhere in the input, the output or the error.
    """
    jobs = Job.counted.filter(organization=organization).select_related("workflow", "version").order_by("-id")
    if workflow:
        jobs = jobs.filter(_of_workflow(workflow))
    if status:
        jobs = jobs.filter(status__in=status.upper().split(","))
    if triggered_by:
        jobs = jobs.filter(triggered_by=triggered_by.upper())
    if search:
        jobs = _holding(jobs, search)
    if since:
        jobs = jobs.filter(created_at__gte=since, id__gte=earliest_id(since.timestamp() - _PREPARED))
    return jobs


def _of_workflow(key: str) -> Q:
    wanted = id_read(key)
    return Q(workflow_id=wanted) if wanted else Q(workflow__slug=key) | Q(workflow__name=key)


def _holding(jobs: QuerySet[Job], search: str) -> QuerySet[Job]:
    fields = ("input", "output", "error")
    jobs = jobs.annotate(**{f"{name}_text": Cast(name, TextField()) for name in fields})
    for word in search.split()[:10]:
        forms = {word, json.dumps(word)[1:-1]}  # SQLite keeps JSON as it was written: with escapes for all but ASCII
        jobs = jobs.filter(reduce(or_, [Q(**{f"{name}_text__icontains": form}) for name in fields for form in forms]))
    return jobs


def job_get(organization: Organization, job_id: str | UUID) -> Job:
    """One job with its workflow and version; raises NotFound."""
    jobs = Job.objects.filter(organization=organization).select_related("workflow", "version")
    wanted = id_read(str(job_id))
    job = jobs.filter(id=wanted).first() if wanted else None
    if job is None:
        raise NotFound(f"There is no job {job_id} in this organisation.")
    return job


def step_runs(job: Job) -> QuerySet[StepRun]:
    """The job's step runs in the order in which they were decided."""
    return StepRun.objects.filter(job=job).order_by("order", "id")


def execution_context(job: Job, runs: list[StepRun]) -> dict[str, JSON]:
    """What the job knows by name: its input, and the result of every step at the top that has ended."""
    names = {step["id"]: step.get("output") or step["id"] for step in job.version.definition.get("steps", [])}
    ended = {StepStatus.SUCCESS, StepStatus.FAILED}
    results = {
        names.get(run.step, run.step): run.output for run in runs if run.path == run.step and run.status in ended
    }
    return {**job.input, **results}


def waiting(job: Job, runs: list[StepRun]) -> list[dict[str, JSON]]:
    """Why a live job does not go on: what each waiting step waits for, or what the job as a whole does."""
    if job.status in state.ENDED:
        return []
    found = [_waiting_step(run) for run in runs if run.status == StepStatus.WAITING]
    if not found and job.wait_reason and job.status != JobStatus.RUNNING:
        return [{"step": None, "path": None, "reason": job.wait_reason, "until": _iso(job.due_at), "signal": "job"}]
    return found


def waiting_of(job_id: UUID) -> list[dict[str, JSON]]:
    """The same by the job's id."""
    job = Job.objects.get(id=job_id)
    return waiting(job, list(step_runs(job)))


def _waiting_step(run: StepRun) -> dict[str, JSON]:
    wait = (run.aside or {}).get("wait") or {}
    return {
        "step": run.step,
        "path": run.path,
        "reason": wait.get("reason", ""),
        "until": _iso(run.resume_at),
        "signal": wait.get("signal", ""),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def history(job: Job) -> list[dict[str, JSON]]:
    """Every change of the job's state, with the time and who was behind it."""
    by = job.created_by.email if job.created_by else ""
    made = {"at": _iso(job.created_at), "event": "job.created", "status": "QUEUED", "actor": by, "reason": ""}
    rows = (
        JobEvent.objects.filter(job=job, data__type__startswith="job.").order_by("seq").values_list("data", flat=True)
    )
    return [made, *(_transition(data) for data in rows)]


def _transition(data: dict[str, JSON]) -> dict[str, JSON]:
    reason = data.get("reason") or data.get("error") or ""
    return {
        "at": data["at"],
        "event": data["type"],
        "status": data.get("status", ""),
        "actor": data.get("actor", ""),
        "reason": reason,
    }


def job_ids(organization: Organization, *, most: int, **filters: JSON) -> list[UUID]:
    """The ids of the jobs that fit, one more than `most` if there are more."""
    return list(job_list(organization, **filters).values_list("id", flat=True)[: most + 1])


def job_input(job: Job) -> dict[str, JSON]:
    """The job's whole input, large members included."""
    found: dict[str, JSON] = values.loaded(job.input, job=job.id)
    return found


def step_run_get(job: Job, path: str) -> StepRun:
    """One step run of the job; raises NotFound."""
    run = StepRun.objects.filter(job=job, path=path).first()
    if run is None:
        raise NotFound(f"There is no step run “{path[:200]}” in this job.")
    return run


def step_output(job: Job, path: str) -> IO[bytes] | JSON:
    """A step's whole output: a large one as the stream of its JSON text. Raises NotFound."""
    run = step_run_get(job, path)
    stream = values.opened(run.output, job=job.id)
    return stream if stream is not None else run.output


def events_after(job_id: UUID, *, seq: int) -> list[tuple[int, JSON]]:
    """The next of the job's events with a number above `seq`, in order; none only if there are none."""
    rows = JobEvent.objects.filter(job_id=job_id, seq__gt=seq, seq__lte=seq + _MOST_EVENTS).order_by("seq")
    found = [one for last, data in rows.values_list("seq", "data") for one in event_rows.of_row(job_id, last, data)]
    return [(number, data) for number, data in found if number > seq]


def job_load(job_id: UUID) -> Loaded:
    """For the engine: the job, its definition and what is recorded of it."""
    rows = sql.hot(f"SELECT {loading.columns()} FROM jobs_job WHERE id = %s", [sql.to_uuid(job_id)])
    if not rows:
        raise NotFound(f"There is no job {job_id}.")
    return loading.loaded(rows[0])


def scheduler_last_seen() -> datetime | None:
    """The newest sign of life of any scheduler."""
    seen: datetime | None = Scheduler.objects.aggregate(seen=Max("seen_at"))["seen"]
    return seen


def live_counts(organization: Organization) -> dict[str, int]:
    """How many jobs have not ended, by status."""
    live = Job.objects.filter(organization=organization).exclude(status__in=state.ENDED)
    return dict(live.order_by().values_list("status").annotate(count=Count("id")))


def workers_alive() -> list[Worker]:
    """Every worker that has announced itself and was not buried."""
    return list(Worker.objects.order_by("started_at"))

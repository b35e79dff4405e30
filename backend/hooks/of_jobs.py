"""Hooks at the start and the end of jobs, in the transaction that records it: each runs exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from backend.common.json import JSON
from backend.hooks import starting
from backend.hooks.known import memory
from backend.hooks.models import Moment
from backend.jobs.models import Job

_MOMENTS = {
    "job.started": Moment.JOB_STARTED,
    "job.completed": Moment.JOB_COMPLETED,
    "job.failed": Moment.JOB_FAILED,
    "job.timed_out": Moment.JOB_FAILED,
}


def wants(events: Sequence[JSON]) -> bool:
    """Whether there is a hook, of any organisation, for one of these events."""
    moments = {_MOMENTS[event["type"]] for event in events if event["type"] in _MOMENTS}
    return bool(moments) and memory.any_for(moments)


def job_events(job_id: UUID, events: Sequence[JSON], _first: int) -> None:
    """What has just been recorded of a job."""
    told = [(event, _MOMENTS[event["type"]]) for event in events if event["type"] in _MOMENTS]
    job = Job.counted.select_related("workflow", "version").filter(id=job_id).first()
    if job is None or starting.is_of_a_hook(job):  # a test, or what a hook has started
        return
    for event, moment in told:
        for hook in memory.of(job.organization_id, job.workflow_id):
            if hook.moment == moment:
                starting.start_quietly(hook, job, _facts(job, event, moment), occasion=moment)


def _facts(job: Job, event: JSON, moment: str) -> dict[str, JSON]:
    return {
        "moment": moment,
        "job": {"id": str(job.id), "status": event.get("status"), "triggered_by": job.triggered_by},
        "workflow": job.workflow.slug,
        "error": job.error,
        "output": job.output,
    }

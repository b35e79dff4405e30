"""A job that is asked for by its number, as the published client `pyexec` expects it.

That client knows only whole numbers for jobs, reads the log from the job itself, and stops following it at three words
in lower case. Whoever asks by UUID gets the job of the contract.
"""

from __future__ import annotations

from backend.common.json import JSON
from backend.jobs import logs, serializers
from backend.jobs.models import Job, JobStatus


def job_detail(job: Job) -> dict[str, JSON]:
    """The job with everything that is known of it, its state in lower case, and its log."""
    return {**serializers.job_detail(job), "status": _word(job.status), "logs": "\n".join(logs.lines(job))}


def _word(status: str) -> str:
    return "failed" if status == JobStatus.TIMED_OUT else status.lower()

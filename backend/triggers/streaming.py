"""A webhook's answer as it comes about: the job's events as server-sent events, and its output as the last one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from uuid import UUID

from backend.common.json import JSON
from backend.events import switchboard
from backend.jobs import selectors, state
from backend.jobs.models import Job
from backend.jobs.stream import frame

_LOOK_SECONDS = 1.0  # how long a lost hint can go unnoticed
_QUIET_SECONDS = 15.0  # then a comment keeps proxies from hanging up


def frames(job_id: UUID, *, timeout: float) -> Iterator[bytes]:
    """Every event of the job, then `output` or `error`; `timeout` if it goes on for longer."""
    deadline, seq, spoken = time.monotonic() + timeout, 0, time.monotonic()
    with switchboard.listening(job_id) as listener:
        while True:
            job = Job.objects.only("status", "output", "error").get(id=job_id)  # before its events: they are complete
            for number, data in _after(job_id, seq):
                seq, spoken = number, time.monotonic()
                yield frame(seq, data)
            if job.status in state.ENDED:
                yield _last(job)
                return
            if time.monotonic() >= deadline:
                yield _named("timeout", {"job": str(job_id), "status": job.status, "url": f"/api/jobs/{job_id}/"})
                return
            if time.monotonic() - spoken > _QUIET_SECONDS:
                spoken = time.monotonic()
                yield b": still here\n\n"
            listener.wait(min(_LOOK_SECONDS, max(0.0, deadline - time.monotonic())))


def _after(job_id: UUID, seq: int) -> Iterator[tuple[int, JSON]]:
    """All further events, however many: nothing follows what is told at the end."""
    while found := selectors.events_after(job_id, seq=seq):
        yield from found
        seq, _ = found[-1]


def _last(job: Job) -> bytes:
    if job.status == "SUCCESS":
        return _named("output", {"job": str(job.pk), "status": job.status, "output": job.output})
    message = (job.error or {}).get("message") or f"The job ended as {job.status}."
    return _named("error", {"job": str(job.pk), "status": job.status, "detail": message})


def _named(name: str, data: dict[str, JSON]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'), ensure_ascii=False)}\n\n".encode()

"""Logs as people see them: with the lines that running steps have written just now, and cut where they are long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from backend.events import live
from backend.jobs import selectors
from backend.jobs.models import Job, JobStatus, StepRun, StepStatus

SHOWN_CHARACTERS = 20_000  # of each step's log in a job; the rest on demand
_MISSING = "… what came in between is shown once the step has ended"


def lines(job: Job, *, level: str = "") -> Iterator[str]:
    """The job's log, a line each, in the order of the steps; `level`, in any case, keeps only those of that level."""
    for run in with_live_text(job, list(selectors.step_runs(job))):
        yield from _log_lines(run, level.upper())


def _log_lines(run: StepRun, level: str) -> Iterator[str]:
    for line in run.log.splitlines():
        if not level or f" {level} " in line:
            yield f"{run.path}: {line}"
    if run.error and level in {"", "ERROR"}:
        yield f"{run.path}: ERROR {run.error.get('message', '')}"


def step_log(job: Job, path: str) -> str:
    """The whole log of one step run. Raises NotFound."""
    (run,) = with_live_text(job, [selectors.step_run_get(job, path)])
    return run.log


def end_of(log: str) -> tuple[str, int]:
    """The end of a long log, and the number of its first line."""
    if len(log) <= SHOWN_CHARACTERS:
        return log, 0
    cut = log.find("\n", len(log) - SHOWN_CHARACTERS) + 1 or len(log) - SHOWN_CHARACTERS
    return log[cut:], log.count("\n", 0, cut)


def with_live_text(job: Job, runs: list[StepRun]) -> list[StepRun]:
    """The same step runs; the logs of running ones go on to this moment."""
    running = {run.path: run for run in runs if run.status == StepStatus.RUNNING}
    if job.status == JobStatus.RUNNING and running:
        heard = _heard(str(job.id))
        for path, run in running.items():
            run.log = _continued(run.log, heard[path, len(run.attempts)])
    return runs


def _heard(job: str) -> defaultdict[tuple[str, int], dict[int, str]]:
    """Lines by their numbers, for each attempt of each step."""
    found: defaultdict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    position = live.START
    while entries := live.read(job, position):
        position = entries[-1].position
        for data in (entry.data for entry in entries if entry.data["type"] == "step.log"):
            found[data["path"], data["attempt"]].update(enumerate(data["lines"], start=data["first"]))
    return found


def _continued(log: str, heard: dict[int, str]) -> str:
    lines = log.splitlines()
    following = len(lines)
    for number in sorted(number for number in heard if number >= following):
        if number > following:
            lines.append(_MISSING)
        lines.append(heard[number])
        following = number + 1
    return "\n".join(lines)

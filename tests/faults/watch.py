"""Looks at the database again and again while everything goes wrong: what has ended must stay as it was."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.faults import effects

_EVERY = 0.3  # seconds
_ENDED = ["SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"]
_OVER = ["success", "failed", "skipped", "cancelled"]


class Watch:
    """What was seen of jobs and steps, and what went backwards since."""

    def __init__(self, log: Path) -> None:
        self.problems: list[str] = []
        self._log = log
        self._next = 0.0
        self._jobs: dict[Any, tuple[Any, ...]] = {}  # that have ended, as they were then
        self._numbers: dict[Any, tuple[int, int]] = {}  # of live ones: epoch and number of the last event
        self._steps: dict[tuple[Any, str], str] = {}  # that are over
        self._calls: dict[tuple[str, str], int] = {}  # made before a result was seen recorded

    def look(self) -> None:
        """Compares with the last look, if that was not just now."""
        if time.monotonic() < self._next:
            return
        self._look_at_live()
        self._look_at_ended()
        self._next = time.monotonic() + _EVERY

    def repeated_after_their_end(self) -> list[str]:
        """The effects that happened once more although a result was recorded already."""
        now = effects.counted(self._log)
        return [f"{'/'.join(key)} was called again" for key, count in self._calls.items() if now.get(key, 0) > count]

    def _look_at_live(self) -> None:
        from backend.jobs.models import Job

        for id_, epoch, seq in Job.objects.exclude(status__in=_ENDED).values_list("id", "lease_epoch", "event_seq"):
            before = self._numbers.get(id_, (0, 0))
            if epoch < before[0] or seq < before[1]:
                self.problems.append(f"job {id_} went back from epoch and event {before} to {(epoch, seq)}")
            self._numbers[id_] = (epoch, seq)
        self._look_at_steps(list(self._numbers))

    def _look_at_ended(self) -> None:
        from backend.jobs.models import Job

        fields = ("id", "status", "finished_at", "event_seq", "lease_epoch", "output", "error")
        for row in Job.objects.filter(status__in=_ENDED).values_list(*fields):
            before = self._jobs.setdefault(row[0], row)
            if before != row:
                self.problems.append(f"job {row[0]} changed after its end: {before} → {row}")
            self._numbers.pop(row[0], None)

    def _look_at_steps(self, jobs: list[Any]) -> None:
        from backend.jobs.models import StepRun

        calls: dict[tuple[str, str], int] | None = None
        runs = StepRun.objects.filter(job_id__in=jobs, status__in=_OVER)
        for job, path, *state in runs.values_list("job_id", "path", "status", "output", "attempts", "ended_at"):
            text = json.dumps(state, default=str)
            key = (job, path)
            if key not in self._steps and state[0] == "success":
                calls = effects.counted(self._log) if calls is None else calls  # later than the row: never too few
                if (str(job), path) in calls:
                    self._calls[str(job), path] = calls[str(job), path]
            if self._steps.setdefault(key, text) != text:
                self.problems.append(f"{path} of {job} changed after its end: {self._steps[key]} → {text}")

"""How a job ends: gathers output and warnings, and knows the final state once it is decided. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from backend.catalog.steps import Result
from backend.common.json import JSON
from backend.jobs import store
from backend.workflows.format import Settings
from workers.engine.flow import outcome


class Ending:
    """The end of a job in the making."""

    def __init__(self, settings: Settings) -> None:
        self.status = ""  # empty as long as the job goes on
        self.warnings: list[JSON] = []
        self._settings = settings
        self._output: dict[str, JSON] | None = None
        self._response: Mapping[str, JSON] | None = None
        self._error: dict[str, JSON] | None = None

    @property
    def open(self) -> bool:
        """Whether the job goes on."""
        return not self.status

    @property
    def stops_at_failure(self) -> bool:
        """Whether one failure ends everything, or independent branches go on to their end."""
        return self._settings.on_failure == "stop"

    def add_output(self, result: Result) -> None:
        """An output step at the top has ended; several of them add up."""
        self._output = {**(self._output or {}), **(result.job_output or {})}
        self._response = result.response or self._response

    def warn(self, step: str, message: str) -> None:
        """Something that people should see although the job went on."""
        self.warnings.append({"step": step, "message": message})

    def close(self, error: dict[str, JSON] | None) -> None:
        """All steps have ended; with the failure that nobody handled, if there was one."""
        if self.open:
            self.status = "FAILED" if error else "SUCCESS"
            self._error = outcome.where_it_began(error) if error else None

    def interrupt(self, *, cancelled: bool) -> None:
        """The job is ended from outside, or by its time limit."""
        if cancelled:
            self.status = "CANCELLED"
            return
        self.status = "TIMED_OUT"
        limit = self._settings.timeout
        message = f"The job took longer than its time limit of {limit:g} seconds." if limit else "Out of time."
        self._error = {"type": "timeout", "message": message, "step": None, "path": None, "attempt": None}

    def event(self) -> dict[str, JSON]:
        """The last event of the job, without its type."""
        return {"status": self.status, **({"error": self._error["message"]} if self._error else {})}

    def event_type(self) -> str:
        """`job.completed`, `job.failed`, `job.cancelled`, `job.timed_out`."""
        return "job.completed" if self.status == "SUCCESS" else f"job.{self.status.lower()}"

    def change(self) -> store.JobChange:
        """The job's last change."""
        return store.JobChange(
            self.status,
            output=self._output,
            response=dict(self._response) if self._response else None,
            error=self._error,
            warnings=self.warnings,
            ended=True,
        )

"""One step of one job while it is being worked on, with its attempts."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from backend.catalog.steps import StepFailed
from backend.common.json import JSON
from backend.jobs import store
from backend.workflows.graph import Node
from workers.engine.base import clock
from workers.engine.base.log import StepLog
from workers.engine.base.prepared import Prepared, prepared
from workers.engine.flow import scope
from workers.engine.flow.frame import Frame


class Audience(Protocol):
    """Those who look on while an attempt runs."""

    def progress(self, data: Mapping[str, JSON]) -> None:
        """Tells them how far it is, or a piece of text."""


@dataclass(slots=True)
class Activity:
    """A started step: where it is, what it knows, what has been tried."""

    frame: Frame
    node: Node
    order: int
    variables: Mapping[str, JSON]
    path: str = field(init=False)  # the step's place in the job
    known: Prepared = field(init=False)
    attempts: list[JSON] = field(default_factory=list)  # [{started_at, ended_at, error}]
    failures: int = 0  # attempts that failed by themselves; an interrupted one does not count
    log: StepLog = field(default_factory=StepLog)
    input: JSON = None  # the rendered config, cut for display
    aside: dict[str, JSON] = field(default_factory=dict)  # kept with the step run whatever comes of it
    out_of_time: bool = False
    goes_on: bool = False  # started once more after a wait, within the attempt that had waited
    voice: Audience | None = None  # while an attempt runs that may be heard

    def __post_init__(self) -> None:
        self.path = self.frame.path(self.node.id)
        self.known = prepared(self.frame.graph, self.node)

    @property
    def ended_at(self) -> str:
        """The end of the last attempt."""
        return (self.attempts[-1]["ended_at"] or "") if self.attempts else ""

    def stopped(self) -> bool:
        """Whether its scope, or one around it, has been given up."""
        return self.frame.stopped()

    def limit_at(self) -> datetime | None:
        """When the current attempt is out of time."""
        seconds = self.node.step.timeout
        if seconds is None or not self.attempts:
            return None
        return datetime.fromisoformat(self.attempts[-1]["started_at"]) + timedelta(seconds=seconds)

    def time(self, default: float | None) -> float | None:
        """Seconds that the attempt may take from now on; what it has used up before a wait counts."""
        limit = self.node.step.timeout
        if limit is None:
            return default
        return max(0.01, self.seconds_left()) if self.goes_on else limit

    def seconds_left(self) -> float:
        """Until the current attempt is out of time; infinite without a limit."""
        limit = self.limit_at()
        return math.inf if limit is None else (limit - clock.now()).total_seconds()

    def begin(self, now: str) -> None:
        """A new attempt, unless the last one goes on."""
        if self.goes_on and self.attempts and self.attempts[-1]["ended_at"] is None:
            return
        self.out_of_time = self.goes_on = False
        self.attempts.append({"started_at": now, "ended_at": None, "error": None})

    def end(self, now: str, error: dict[str, JSON] | None = None) -> None:
        """The end of the attempt."""
        if self.attempts and self.attempts[-1]["ended_at"] is None:
            self.attempts[-1] |= {"ended_at": now, "error": error}

    def seconds(self) -> float | None:
        """From the first attempt's start to the last one's end."""
        if not self.attempts or self.attempts[-1]["ended_at"] is None:
            return None
        begin = datetime.fromisoformat(self.attempts[0]["started_at"])
        return (datetime.fromisoformat(self.attempts[-1]["ended_at"]) - begin).total_seconds()

    def note_status(self, variables: ChainMap[str, JSON], status: str) -> None:
        """Puts how the step went in scope."""
        scope.note_status(variables, self.node, status=status, attempts=len(self.attempts), duration=self.seconds())

    def record(
        self,
        status: str,
        *,
        error: JSON = None,
        output: JSON = None,
        port: str = "",
        continued: bool = False,
        aside: JSON = None,
        ended_at: str | None = None,
        resume_at: str | None = None,
    ) -> store.StepRecord:
        """The step run's row as of now; `aside` instead of the step's own."""
        node, attempts = self.node, [dict(attempt) for attempt in self.attempts]
        return store.StepRecord(
            path=self.path,
            step=node.id,
            type=node.type,
            status=status,
            order=self.order,
            port=port,
            continued=continued,
            output=output,
            aside=aside or self.aside or None,
            error=error,
            attempts=attempts,
            input=self.input,
            log=self.log.text(),
            started_at=attempts[0]["started_at"] if attempts else None,
            ended_at=ended_at,
            resume_at=resume_at,
        )

    def error(self, failure: StepFailed) -> dict[str, JSON]:
        """The failure as the job's and the step's error."""
        found: dict[str, JSON] = {
            "type": failure.error_type,
            "message": failure.message,
            "step": self.node.id,
            "path": self.path,
            "attempt": len(self.attempts),
            "retryable": failure.retryable,
        }
        if self.node.name != self.node.id:
            found["step_name"] = self.node.name
        if failure.line is not None:
            found["line"] = failure.line
        if failure.hint:
            found["hint"] = failure.hint
        if failure.cause:
            found["cause"] = dict(failure.cause)
        return found

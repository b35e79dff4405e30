"""What a step answers: a result, what it asks of the engine, or why it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backend.common.json import JSON


@dataclass(frozen=True, slots=True)
class Result:
    """The step succeeded. `port` names the branch taken besides `next` and `done`."""

    output: JSON = None
    port: str | None = None
    job_output: Mapping[str, JSON] | None = None  # what an output step adds to the job's output
    response: Mapping[str, JSON] | None = None  # what a waiting webhook answers: status, headers, body


@dataclass(frozen=True, slots=True)
class Iterate:
    """A container asks the engine to run its body once per item, in order or several side by side."""

    items: Sequence[JSON] | None = None  # None: as long as `while_` holds
    while_: str | None = None
    item_name: str = "item"
    max_iterations: int = 10_000
    on_limit: str = "fail"  # fail | stop
    break_when: str | None = None
    on_item_error: str = "fail"  # fail | continue | collect
    collect: str = "all"  # all | last | none
    concurrency: int = 1


@dataclass(frozen=True, slots=True)
class Enter:
    """A container asks the engine to run its body once."""

    max_concurrent: int | None = None  # steps of the body at the same time
    on_failure: str = "stop"  # stop | finish | continue
    collect: str = "last"  # last: the last result in it | all: an object of the results of its steps


@dataclass(frozen=True, slots=True)
class Wait:
    """The step waits as a row, without a worker: at most until `until`, or until a signal is delivered to it.

    `signal` is the kind of what it waits for (`approval`, `event` …; empty: only time), `data` what the one who will
    deliver it needs; for an `event` that is its `name`. When it goes on, the engine calls `StepType.resumed`.
    """

    reason: str  # for people, beside the waiting job
    until: datetime | None = None
    after: float | None = None  # seconds: instead of `until`, by the system's own clock
    signal: str = ""
    data: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Again:
    """For `resumed`, which must be quick: the step is started once more, and that uses up no retry.

    As a new attempt, or (not `fresh`) within the one that has waited, whose time goes on.
    """

    fresh: bool = True


@dataclass(frozen=True, slots=True)
class StartChild:
    """The step starts a job of another workflow; with `wait` it goes on with that job's end, else with its start."""

    workflow: str  # slug
    inputs: Mapping[str, JSON]
    version: int | None = None  # None: the published one
    wait: bool = True


class StepFailed(Exception):
    """The step did not succeed, for a reason that a person can read.

    `error_type` is a short stable word (`timeout`, `network`, `http_503`, `exit_code`, `expression`, `validation` …);
    `retryable` says whether trying again may help; `retry_after` is in seconds. Of a container, `cause` says where
    inside of it the failure began.
    """

    def __init__(
        self,
        message: str,
        *,
        error_type: str = "error",
        retryable: bool = False,
        retry_after: float | None = None,
        line: int | None = None,
        hint: str = "",
        cause: Mapping[str, JSON] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type
        self.retryable = retryable
        self.retry_after = retry_after
        self.line = line
        self.hint = hint
        self.cause = cause


Answer = Result | Iterate | Enter | Wait | StartChild | Again

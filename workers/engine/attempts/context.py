"""What a running step sees of the system: the engine's side of `StepContext`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from backend.catalog.ai import BudgetVerdict, Usage
from backend.catalog.connectors import ConnectorType, Outside
from backend.catalog.steps import PACKAGES_PENDING, Call, FileAccess, HttpClient, Published, ScriptRequest, StepFailed
from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.expressions import Environment, ExpressionError, compile_expression
from sandboxes.client import SandboxUnavailable
from sandboxes.model import Execution, LogLine, Outcome, Status, Tier
from workers.engine.attempts.ledger import Ledger
from workers.engine.attempts.memory import Memory
from workers.engine.attempts.script_files import kept
from workers.engine.attempts.vault import Vault
from workers.engine.base.large import LargeValues, Variables
from workers.engine.flow import replay
from workers.engine.flow.activity import Activity


class Sandbox(Protocol):
    """Runs code somewhere safe."""

    def run(self, execution: Execution, *, on_log: Callable[[LogLine], None], cancelled: Callable[[], bool]) -> Outcome:
        """The outcome of one execution; raises SandboxUnavailable."""

    def release(self, job: str) -> None:
        """Says that a job has ended; never raises."""

    def stats(self) -> dict[str, JSON]:
        """What the service says of itself: isolation in force, languages; raises SandboxUnavailable."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What steps reach of the outside world, made once for each worker process."""

    sandbox: Sandbox
    http: HttpClient
    outside: Outside = field(default_factory=Outside)  # what connectors go out by

    def describe(self) -> dict[str, JSON]:
        """The isolation of scripts, for people to see."""
        try:
            return self.sandbox.stats()
        except SandboxUnavailable as error:
            return {"isolation": "", "reason": str(error), "languages": {}}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all steps of one job see alike."""

    job_id: str
    organization: str
    now: datetime
    sandbox: Tier  # whether the job's steps share a container
    tools: Tools
    files: FileAccess
    vault: Vault
    ledger: Ledger
    large: LargeValues
    workflows: Callable[[str, int | None], Published]
    calls: Callable[[str, str], AbstractContextManager[Call]]  # through a connector, by a step with this path


class EngineContext:
    """The context of one attempt of one step."""

    __slots__ = ("_around", "_aside", "attempt", "environment", "path", "step_log", "stopped", "timeout", "variables",
                 "voice")  # fmt: skip

    def __init__(
        self, around: Surroundings, activity: Activity, *, timeout: float | None, stopped: Callable[[], bool]
    ) -> None:
        self.path = activity.path
        self.attempt = len(activity.attempts)
        self.timeout = timeout
        self.variables: Mapping[str, JSON] = Variables(activity.variables, around.large)
        self.stopped = stopped
        self.step_log = activity.log
        self.voice = activity.voice  # of an attempt that may be heard while it runs
        self._around = around
        self._aside = activity.aside
        # Pinned time and seeded chance, so that a replay gives the same answers; one budget for all of the step.
        self.environment = Environment(now=around.now, seed=self.idempotency_key)

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self._around.job_id

    @property
    def now(self) -> datetime:
        """The job's start."""
        return self._around.now

    @property
    def files(self) -> FileAccess:
        """Reads and keeps files."""
        return self._around.files

    @property
    def vault(self) -> Vault:
        """What the job has opened of its organisation's secrets."""
        return self._around.vault

    @property
    def idempotency_key(self) -> str:
        """The same in every attempt, so that a target can recognise a repetition."""
        return f"{self._around.job_id}/{self.path}"

    def evaluate(self, expression: str) -> JSON:
        """The value of an expression."""
        try:
            return compile_expression(expression).evaluate(self.variables, environment=self.environment)
        except ExpressionError as error:
            raise expression_failed(error, expression) from error

    def log(self, message: str, *, level: str = "info") -> None:
        """Adds a line to the step's log."""
        self.step_log.add(self.vault.masker.text(message), level=level)

    def progress(self, **data: JSON) -> None:
        """Says how far the step is, to whoever looks on just now."""
        if self.voice is not None:
            self.voice.progress(self.vault.masker.value(data))

    def connector(self, slug: str, *, family: str | None = None) -> ConnectorType[Any]:
        """The connector with its secrets in it, which are masked from now on."""
        return self.vault.connector(slug, family=family or "").instance(self._around.tools.outside)

    @property
    def kept(self) -> JSON:
        """What the step has kept last."""
        return self._memory().load()

    def keep(self, value: JSON) -> None:
        """Remembers a value, without secrets."""
        self._memory().keep(self.vault.masker.value(value))

    def _memory(self) -> Memory:
        return Memory(self._aside, self._around.large)

    def calling(self, slug: str) -> AbstractContextManager[Call]:
        """A call through a connector that the step chose while it ran."""
        return self._around.calls(slug, self.path)

    def workflow(self, slug: str, *, version: int | None = None) -> Published:
        """A workflow that the step may start."""
        return self._around.workflows(slug, version)

    def record_usage(self, usage: Usage) -> None:
        """Notes a call of a language model."""
        self._around.ledger.record(usage, path=self.path, attempt=self.attempt)

    def ai_budget(self) -> BudgetVerdict:
        """What the budgets say before another call."""
        return self._around.ledger.verdict()

    def cancelled(self) -> bool:
        """Whether this work is not wanted any more."""
        return self.stopped()

    def http(self) -> HttpClient:
        """The one way out to the network."""
        return self._around.tools.http

    def run_script(self, request: ScriptRequest) -> JSON:
        """Runs code in a sandbox; its lines go to the step's log as they come."""
        execution = Execution(
            id=str(uuid7()),
            language=request.language,
            code=request.code,
            context=_for_code(request),
            env=request.env,
            timeout=request.timeout,
            memory_mb=request.memory_mb,
            cpus=request.cpus,
            network=request.network,
            image=request.image,
            packages=request.packages,
            patience=_PATIENCE,
            files=request.files,
            organization=self._around.organization,
            job=self.job_id,
            tier=self._around.sandbox,
        )
        try:
            outcome = self._around.tools.sandbox.run(execution, on_log=self._on_line, cancelled=self.cancelled)
        except SandboxUnavailable as error:
            raise StepFailed(str(error), error_type=replay.SANDBOX_LOST, retryable=True) from error
        if outcome.status is Status.OK:
            return kept(outcome.result, outcome.files, self.files)
        if outcome.status is Status.CANCELLED and not self.stopped():  # the service was stopped, not our job
            outcome = replace(outcome, status=Status.LOST, message="The sandbox service was stopped.")
        raise script_failed(outcome)

    def _on_line(self, line: LogLine) -> None:
        level = "error" if line.stream == "stderr" else "info"
        self.step_log.add(self.vault.masker.text(line.text), level=level, at=line.at)


def expression_failed(error: ExpressionError, text: str) -> StepFailed:
    """A failed expression as a failed step; the text is cut, values are never shown."""
    shown = text if len(text) <= 200 else text[:200] + "…"
    return StepFailed(f"{error.message} In: {shown}", error_type="expression", hint=error.hint)


def _for_code(request: ScriptRequest) -> Mapping[str, JSON]:
    names = request.context
    return names.for_code(request.code) if isinstance(names, Variables) else names


_RETRYABLE = {Status.FAILED, Status.TIMEOUT, Status.LOST}
_PATIENCE = 5.0  # seconds in which most packages are installed; a step that needs longer waits without a worker
_PACKAGES = frozenset({"packages", PACKAGES_PENDING})  # they could not be installed, or are not yet
_ERROR_TYPES = {Status.FAILED: "exit_code", Status.LOST: replay.SANDBOX_LOST, Status.UNAVAILABLE: "runtime_missing"}


def script_failed(outcome: Outcome) -> StepFailed:
    """The true reason why a script did not succeed."""
    return StepFailed(
        outcome.message or f"The script ended: {outcome.status.value}.",
        error_type=_error_type(outcome),
        retryable=outcome.status in _RETRYABLE,
        line=outcome.line,
    )


def _error_type(outcome: Outcome) -> str:
    if outcome.error_type in _PACKAGES:
        return outcome.error_type
    return _ERROR_TYPES.get(outcome.status, outcome.status.value)

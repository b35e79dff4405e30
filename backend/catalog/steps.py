"""What a step type is: one class in one file below `workers/steps/`, found by its folder.

From the class follow, without touching anything else: validation, the JSON Schema, the palette entry and the form of
the editor, the API catalogue and the contract test that runs over every type.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from backend.catalog.ai import BudgetVerdict, Usage
from backend.catalog.connectors import ConnectorType
from backend.catalog.fields import Marked
from backend.catalog.registry import Registry
from backend.common.egress import Response, Tls
from backend.common.json import JSON
from backend.common.problems import Problem

NEXT, ERROR, DONE, SKIPPED = "next", "error", "done", "skipped"
COMMON_PORTS = (NEXT, ERROR, DONE, SKIPPED)


class Config(BaseModel):
    """Base of every step type's config: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


# --- what a step answers -------------------------------------------------------------------------------------------


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
    `retryable` says whether trying again may help; `retry_after` is in seconds.
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
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type
        self.retryable = retryable
        self.retry_after = retry_after
        self.line = line
        self.hint = hint


Answer = Result | Iterate | Enter | Wait | StartChild | Again


# --- what a step is given ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScriptRequest:
    """A script to run in a sandbox. Times in seconds, memory in MiB; `context` holds the variables by name."""

    language: str
    code: str
    context: Mapping[str, JSON]
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 60.0
    memory_mb: int = 256
    cpus: float = 1.0
    network: bool = False
    image: str | None = None
    packages: tuple[str, ...] = ()  # requirements of pip or npm
    files: Mapping[str, bytes] = field(default_factory=dict)  # by name, put into the folder $SG_FILES


PACKAGES_PENDING = "packages_pending"  # error type of a script whose packages are still being installed


@dataclass(frozen=True, slots=True)
class Published:
    """A published workflow of the organisation, as steps that may start it see it."""

    slug: str
    version: int
    name: str
    description: str
    inputs: Mapping[str, JSON]  # JSON Schema


class HttpClient(Protocol):
    """Sends requests to the outside, guarded: `backend.common.egress.EgressClient` under the operator's policy."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | Sequence[str]] | None = None,
        content: bytes | None = None,
        timeout: float = 30.0,
        max_bytes: int = 10_000_000,
        cancelled: Callable[[], bool] = ...,
    ) -> Response:
        """The answer, whatever its status; `timeout` in seconds for all of it. Raises EgressError."""

    def with_tls(self, tls: Tls | None) -> HttpClient:
        """The same client with authorities of one's own, or a certificate that says who is calling."""


class Call(Protocol):
    """A call through a connector whose circuit is watched."""

    def failed(self, error: str) -> None:
        """The other side is not well: no answer, or one that trying again may change."""


class FileAccess(Protocol):
    """Files of the organisation; references are `{"$file": id, "name", "content_type", "size"}`."""

    max_bytes: int  # of the largest file that can be kept

    def open(self, ref: JSON) -> bytes:
        """The content of a file, by its reference or id. Raises StepFailed."""

    def save(self, name: str, content_type: str, data: bytes) -> dict[str, JSON]:
        """Keeps a file as long as the job, and gives its reference. Raises StepFailed."""


class StepContext(Protocol):
    """All that a step sees of the system: no database, no queue, no settings."""

    job_id: str
    path: str  # the step's place in this job, with iterations: `batches[3].insert`
    attempt: int  # 1 for the first try
    now: datetime  # pinned at the job's start, so that a replay gives the same answer
    timeout: float | None  # seconds that this attempt may take

    @property
    def idempotency_key(self) -> str:
        """`job/path`: the same in every attempt."""

    @property
    def variables(self) -> Mapping[str, JSON]:
        """Everything that expressions of this step can name, secrets excepted."""

    @property
    def files(self) -> FileAccess:
        """Reads and keeps files."""

    @property
    def kept(self) -> JSON:
        """What this step has kept last; None at first."""

    def keep(self, value: JSON) -> None:
        """Remembers a value for when the step goes on after a wait, a failure or the loss of its worker.

        It is recorded together with what the step answers.
        """

    def evaluate(self, expression: str) -> JSON:
        """The value of an expression; raises StepFailed(error_type="expression")."""

    def run_script(self, request: ScriptRequest) -> JSON:
        """Runs code in a sandbox and gives its result; its output goes to the step's log. Raises StepFailed."""

    def http(self) -> HttpClient:
        """The client for requests to addresses that users configure."""

    def connector(self, slug: str, *, family: str | None = None) -> ConnectorType[Any]:
        """The organisation's connector of that slug, ready for use. Raises StepFailed(error_type="connector")."""

    def calling(self, slug: str) -> AbstractContextManager[Call]:
        """To be entered around a call through a connector other than the one that the config names as `connector`.

        That one's circuit breaker is kept by itself. Raises StepFailed(error_type="circuit_open").
        """

    def workflow(self, slug: str, *, version: int | None = None) -> Published:
        """A workflow that this step may start; the latest published version unless one is named. Raises StepFailed."""

    def record_usage(self, usage: Usage) -> None:
        """Notes a call of a language model, which a provider counted; also of calls that failed."""

    def ai_budget(self) -> BudgetVerdict:
        """What the budgets say before another call."""

    def log(self, message: str, *, level: str = "info") -> None:
        """Adds a line to the step's log."""

    def progress(self, **data: JSON) -> None:
        """Says how far the step is, to whoever looks on just now: `done`, `total`, `percentage`, or a piece of `text`.

        It is not recorded. Pieces of text are shown one after the other; of the rest only the newest counts.
        """

    def cancelled(self) -> bool:
        """Whether the job was cancelled meanwhile; long work should look now and then."""


# --- the types -----------------------------------------------------------------------------------------------------

C = TypeVar("C", bound=Config)
ConfigClass: TypeAlias = type[Config]  # inside StepType, both words mean the class's own attributes


class StepType(ABC, Generic[C]):
    """A kind of step. Its docstring is its help text; `Config` is its form; `run` is what it does."""

    registry: ClassVar[Registry[StepType[Any]]] = Registry("step", packages=("workers.steps",))

    type: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "box"  # a Tabler icon name
    category: ClassVar[str] = "Flow"
    color: ClassVar[str] = "gray"  # a Mantine colour
    version: ClassVar[int] = 1
    Config: ClassVar[ConfigClass]
    pure: ClassVar[bool] = (
        False  # same input, same answer, nothing outside touched: may be replayed instead of recorded
    )
    container: ClassVar[bool] = False  # other steps may name it as their parent
    default_timeout: ClassVar[float | None] = None  # seconds

    def __init_subclass__(cls, *, type: str | None = None, **kwargs: Any) -> None:  # noqa: A002 the format's own word
        super().__init_subclass__(**kwargs)
        if type is not None:  # abstract helpers pass no type and stay out of the list
            cls.type = type
            cls.registry.add(type, cls)

    @classmethod
    def ports(cls, config: Mapping[str, JSON]) -> tuple[str, ...]:
        """The ports beyond those that every step has, from the raw (perhaps still invalid) config."""
        return ()

    @classmethod
    def check(cls, config: C) -> list[Problem]:
        """Findings beyond the schema, such as fields that exclude each other; paths relative to `config`."""
        return []

    @classmethod
    def advise(cls, config: C) -> list[Problem]:
        """What is allowed, but perhaps not meant or bound to fail: warnings, with paths relative to `config`."""
        return []

    @classmethod
    def upgrade(cls, config: dict[str, JSON]) -> dict[str, JSON]:
        """Brings a config stored by an older version of this type up to date; one that is stays as it is.

        Called for types whose `version` is above 1, whenever a document is read: to run, to check, to store again.
        """
        return config

    @classmethod
    def is_pure(cls, config: Mapping[str, JSON]) -> bool:
        """Whether this very step is pure; for types that are it only in some of their forms."""
        return cls.pure

    @classmethod
    def body_variables(cls, config: Mapping[str, JSON]) -> tuple[str, ...]:
        """Of a container: the names that its body can use, from the raw config."""
        return ()

    @classmethod
    def once(cls, config: Mapping[str, JSON]) -> dict[str, JSON] | None:
        """Of a container: the config with which its body runs only once, for the test of a step in it.

        None: the step can do without the container.
        """
        return None

    @classmethod
    def pinned(cls, config: Mapping[str, JSON], output: JSON) -> Result:
        """What a step gives whose output is pinned; one that names a branch takes it."""
        return Result(output, port=output if isinstance(output, str) and output in cls.ports(config) else None)

    @classmethod
    def context_of(cls, mark: Marked, config: Mapping[str, JSON]) -> str:
        """How values are written into a template, for types in which another setting decides it."""
        return mark.context

    @abstractmethod
    def run(self, config: C, context: StepContext) -> Answer:
        """Does the work; `config` has its templates filled in. Raises StepFailed."""

    def resumed(self, config: C, context: StepContext, delivery: JSON | None) -> Answer:
        """Goes on after a `Wait` with what was delivered, or with None as its time is up. Quick. Raises StepFailed."""
        return Result(delivery)

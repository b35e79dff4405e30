"""What a step is given: the world as it sees it, and nothing else of the system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from backend.catalog.ai import BudgetVerdict, Usage
from backend.catalog.connectors import ConnectorType
from backend.common.egress import Response, Tls
from backend.common.json import JSON


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

    path: str  # the step's place in this job, with iterations: `batches[3].insert`
    attempt: int  # 1 for the first try
    timeout: float | None  # seconds that this attempt may take

    @property
    def job_id(self) -> str:
        """The job's id."""

    @property
    def now(self) -> datetime:
        """Pinned at the job's start, so that a replay gives the same answer."""

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

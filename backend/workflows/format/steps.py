"""A step and the options that every step type has in common."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from backend.catalog.fields import TextTemplate
from backend.common.json import JSON
from backend.workflows.format.base import Part, Seconds, StepId, described

VARIABLE_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
AFTER = r"^[a-z][a-z0-9_]*(\..+)?$"


class Retry(Part):
    """How often and how patiently a failed step is tried again."""

    retries: int = described(
        "Additional tries", "3 means up to four tries in all.", examples=[3], ge=0, le=100, default=0
    )
    backoff: Literal["fixed", "linear", "exponential"] = described(
        "Waiting time", "How the waiting time grows from try to try.", default="exponential"
    )
    delay: float = described("First wait", "Seconds before the second try.", examples=[1], ge=0, le=86_400, default=1.0)
    factor: float = described(
        "Factor",
        "By which the wait grows from try to try, when it grows exponentially.",
        examples=[2],
        ge=1,
        le=100,
        default=2.0,
    )
    max_delay: float = described(
        "Longest wait", "Seconds that no wait is longer than.", examples=[30], ge=0, le=86_400, default=30.0
    )
    jitter: bool = described("Spread the waits", "So that many jobs do not try again together.", default=True)
    on: list[str] | None = described(
        "Only on", "Error types; empty for the usual passing ones.", examples=[["timeout", "network"]], default=None
    )
    not_on: list[str] = described("Never on", "Error types.", examples=[["http_404"]], default_factory=list)


class Fallback(Part):
    """A value to go on with when the step has failed."""

    fallback: JSON = described("Value", "Any JSON; it becomes the step's output.", examples=[[], {"status": "unknown"}])


def _kind_of_on_error(value: Any) -> str:
    return "fallback" if isinstance(value, dict | Fallback) else "word"


OnError = Annotated[
    Annotated[Literal["fail", "continue"], Tag("word")] | Annotated[Fallback, Tag("fallback")],
    Discriminator(_kind_of_on_error),
]


class Cache(Part):
    """Keeps the step's output for later jobs with the same key."""

    key: TextTemplate = described(
        "Key",
        "Jobs with the same key share the output.",
        examples=["{{ customer_id }}"],
        json_schema_extra={"x-kind": "template", "x-context": "text"},
    )
    ttl: Seconds = described("Keep for", "Seconds that the output stays good.", examples=[3600], default=300.0)
    stale_if_error: bool | float = described(
        "Use an old value after a failure", "True for any age, or seconds beyond the time above.", default=False
    )


class CircuitBreaker(Part):
    """Stops calling a target that keeps failing."""

    threshold: int = described(
        "Failures in a row", "After so many the circuit opens.", examples=[5], ge=1, le=1000, default=5
    )
    timeout: Seconds = described("Stay open for", "Seconds without calls.", examples=[60], default=60.0)
    half_open: int = described(
        "Probes", "Tries let through before it closes again.", examples=[1], ge=1, le=100, default=1
    )


class Step(Part):
    """One step of a workflow."""

    id: StepId = described("Id", "Unique in the workflow.", examples=["fetch"])
    name: str = described("Name", "What people read.", examples=["Fetch data"], max_length=200, default="")
    type: str = described("Type", "What kind of step it is.", examples=["script"], min_length=1, max_length=40)
    after: list[Annotated[str, Field(pattern=AFTER, max_length=210)]] = described(
        "After", "Steps, or ports of steps, that this one waits for.", examples=[["fetch.done"]], default_factory=list
    )
    join: Literal["any", "all", "first"] = described(
        "Join", "Run if any or all of the branches were taken, or as soon as the first one is.", default="any"
    )
    parent: StepId | None = described(
        "Container", "The loop or group whose body this step is in.", examples=["each_order"], default=None
    )
    output: str | None = described(
        "Output variable",
        "The variable that holds the result; the id when empty.",
        examples=["api_response"],
        pattern=VARIABLE_NAME,
        max_length=100,
        default=None,
    )
    enabled: bool = described("Enabled", "A disabled step is passed over.", default=True)
    retry: Retry | None = described(
        "Retry", "Tries again after a failure.", examples=[{"retries": 3, "backoff": "exponential"}], default=None
    )
    timeout: Seconds | None = described("Time limit", "Seconds for one try.", examples=[30], default=None)
    on_error: OnError = described(
        "On error",
        "fail: the job fails. continue: it goes on with null. {fallback: value}: it goes on with that value.",
        examples=["continue", {"fallback": []}],
        default="fail",
    )
    compensate: StepId | None = described(
        "Undo with",
        "A step without “after” that undoes this one if the job fails later.",
        examples=["refund"],
        default=None,
    )
    priority: int = described(
        "Priority", "Among steps ready together; 0 goes first.", examples=[0], ge=0, le=100, default=2
    )
    on_interrupt: Literal["retry", "fail", "ask"] = described(
        "After a crash", "What to do when a worker died in the middle of this step.", default="retry"
    )
    idempotent: bool | None = described(
        "Safe to repeat",
        "Whether running it twice does no harm; empty: as the type says.",
        examples=[True],
        default=None,
    )
    cache: Cache | None = described(
        "Cache", "Keeps the output for later jobs.", examples=[{"key": "{{ customer_id }}", "ttl": 3600}], default=None
    )
    circuit_breaker: CircuitBreaker | None = described(
        "Circuit breaker",
        "Stops calling a target that keeps failing.",
        examples=[{"threshold": 5, "timeout": 60}],
        default=None,
    )
    pinned_output: JSON = described(
        "Pinned output",
        "Used instead of running, only in test runs from the editor.",
        examples=[{"id": 7, "status": "ok"}],
        default=None,
    )
    output_schema: dict[str, JSON] | None = described(
        "Type of the result",
        "JSON Schema of the output, which later steps' uses of it are checked against; else the pinned output tells.",
        examples=[{"type": "object", "properties": {"id": {"type": "integer"}, "email": {"type": "string"}}}],
        default=None,
    )
    expects: dict[str, dict[str, JSON]] = described(
        "Expected types",
        "JSON Schemas by variable or path: what the step, such as a script, needs them to be. Checked against the "
        "types of results when the workflow is checked.",
        examples=[{"customer.id": {"type": "string"}}],
        max_length=100,
        default_factory=dict,
    )
    notes: str = described(
        "Notes",
        "For people; the engine does not read them.",
        examples=["Ask sales before changing this."],
        max_length=10_000,
        default="",
    )
    config: dict[str, JSON] = described(
        "Settings of the type",
        "What the type of step needs: its own fields.",
        examples=[{"language": "python", "code": "return 1"}],
        default_factory=dict,
    )

    @property
    def output_name(self) -> str:
        """The variable that holds the result."""
        return self.output or self.id

    @property
    def label(self) -> str:
        """What people read."""
        return self.name or self.id

    @property
    def is_pinned(self) -> bool:
        """Whether an output is pinned; null is a value too."""
        return "pinned_output" in self.model_fields_set

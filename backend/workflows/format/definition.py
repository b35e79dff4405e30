"""The document as a whole."""

from __future__ import annotations

from typing import Literal

from backend.common.json import JSON
from backend.workflows.format.base import Part, Seconds, described
from backend.workflows.format.steps import Step
from backend.workflows.format.triggers import Trigger


class Settings(Part):
    """How the workflow's jobs are run."""

    timeout: Seconds | None = described("Time limit", "Seconds for the whole job; empty: none.", default=3600.0)
    priority: int = described("Priority", "0 urgent, 1 high, 2 normal, 3 low.", ge=0, le=3, default=2)
    on_failure: Literal["stop", "finish"] = described(
        "After a failure", "Stop everything, or let independent branches end.", default="stop"
    )
    max_concurrent_jobs: int | None = described("Jobs at the same time", "Empty: no limit.", ge=1, default=None)
    when_busy: Literal["queue", "skip", "cancel_oldest"] = described(
        "When that many run already", "What happens to a new job.", default="queue"
    )
    sandbox: Literal["job", "step"] = described(
        "Sandbox", "One container per job and image, or one per step.", default="job"
    )
    error_workflow: str | None = described(
        "Error workflow", "Slug of a workflow started with {job, error} when a job fails.", max_length=80, default=None
    )


class Definition(Part):
    """A workflow: the one document that the editor edits, the API stores and the engine runs."""

    stepgraph: Literal[1] = described("Format", "The version of this format.", default=1)
    name: str = described("Name", examples=["Resilient API integration"], max_length=200, default="")
    description: str = described("Description", max_length=10_000, default="")
    inputs: dict[str, JSON] | None = described(
        "Inputs",
        "JSON Schema of the job's input.",
        examples=[{"type": "object", "properties": {"region": {"type": "string", "default": "eu"}}}],
        default=None,
    )
    settings: Settings = described("Settings", default_factory=Settings)
    steps: list[Step] = described("Steps", max_length=1000, default_factory=list)
    triggers: list[Trigger] = described("Triggers", "What starts the workflow.", max_length=100, default_factory=list)
    ui: dict[str, JSON] = described("Editor", "Positions and notes; only the editor reads it.", default_factory=dict)

    @property
    def input_names(self) -> tuple[str, ...]:
        """The declared keys of the job's input."""
        properties = (self.inputs or {}).get("properties")
        return tuple(properties) if isinstance(properties, dict) else ()

"""The document as a whole."""

from __future__ import annotations

from typing import Literal

from backend.common.json import JSON
from backend.workflows.format.base import Part, Seconds, described
from backend.workflows.format.steps import Step
from backend.workflows.format.triggers import Trigger


class Settings(Part):
    """How the workflow's jobs are run."""

    timeout: Seconds | None = described(
        "Time limit", "Seconds for the whole job; empty: none.", examples=[3600, 300], default=3600.0
    )
    priority: int = described(
        "Priority",
        "Of the workflow's jobs in the queue: 0 urgent, 1 high, 2 normal, 3 low.",
        examples=[2],
        ge=0,
        le=3,
        default=2,
    )
    on_failure: Literal["stop", "finish"] = described(
        "After a failure",
        "stop: cancel what runs and start nothing more. finish: let independent branches end.",
        default="stop",
    )
    max_concurrent_jobs: int | None = described(
        "Jobs at the same time",
        "How many jobs of this workflow run at once; empty: no limit.",
        examples=[1],
        ge=1,
        default=None,
    )
    when_busy: Literal["queue", "skip", "cancel_oldest"] = described(
        "When that many run already",
        "queue: a new job waits. skip: it is not run. cancel_oldest: the oldest one makes way for it.",
        default="queue",
    )
    sandbox: Literal["job", "step"] = described(
        "Sandbox",
        "job: one container for each job and image, with a fresh walled process for each step. "
        "step: a container for each step.",
        default="job",
    )
    error_workflow: str | None = described(
        "Error workflow",
        "Slug of a workflow that is started with `job` and `error` as its input when a job of this one fails.",
        examples=["tell-the-team"],
        max_length=80,
        default=None,
    )
    strict_types: bool = described(
        "Strict types",
        "Where a result's declared type does not fit its use, it is an error and no warning.",
        default=False,
    )


class Definition(Part):
    """A workflow: the one document that the editor edits, the API stores and the engine runs."""

    stepgraph: Literal[1] = described("Format", "The version of this format.", default=1)
    name: str = described(
        "Name", "What people read.", examples=["Resilient API integration"], max_length=200, default=""
    )
    description: str = described(
        "Description",
        "What the workflow is for.",
        examples=["Fetch, fall back to the cache, tell the team."],
        max_length=10_000,
        default="",
    )
    inputs: dict[str, JSON] | None = described(
        "Inputs",
        "JSON Schema of the job's input: from it come the run dialog, the form and the check of every call.",
        examples=[{"type": "object", "properties": {"region": {"type": "string", "default": "eu"}}}],
        default=None,
    )
    settings: Settings = described(
        "Settings",
        "How the workflow's jobs are run.",
        examples=[{"timeout": 600, "on_failure": "finish"}],
        default_factory=Settings,
    )
    steps: list[Step] = described(
        "Steps",
        "What is done. A step starts when the steps in its “after” have ended; those without “after” start together.",
        examples=[[{"id": "fetch", "type": "api", "config": {"url": "https://api.example.com/data"}}]],
        max_length=1000,
        default_factory=list,
    )
    triggers: list[Trigger] = described(
        "Triggers",
        "What starts the workflow, besides people and the API.",
        examples=[[{"id": "nightly", "type": "schedule", "cron": "0 2 * * *", "timezone": "Europe/Bucharest"}]],
        max_length=100,
        default_factory=list,
    )
    ui: dict[str, JSON] = described(
        "Editor",
        "Positions and notes; only the editor reads it.",
        examples=[{"positions": {"fetch": [80, 120]}, "notes": []}],
        default_factory=dict,
    )

    @property
    def input_names(self) -> tuple[str, ...]:
        """The declared keys of the job's input."""
        properties = (self.inputs or {}).get("properties")
        return tuple(properties) if isinstance(properties, dict) else ()

"""The `subflow` step: another workflow as a step of this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from backend.catalog.fields import ValueTemplate, WorkflowSlug
from backend.catalog.steps import Config, Result, StartChild, StepContext, StepFailed, StepType
from backend.common.json import JSON

_ERRORS = {"TIMED_OUT": "timeout", "CANCELLED": "child_cancelled"}


class SubflowConfig(Config):
    """The form of a subflow."""

    workflow: WorkflowSlug = Field(
        min_length=1,
        max_length=80,
        title="Workflow",
        description="The slug of the workflow to run.",
        examples=["data-enrichment"],
    )
    version: int | None = Field(
        default=None,
        ge=1,
        title="Version",
        description="A published version; empty: the latest one when the step starts.",
        examples=[3],
    )
    inputs: dict[str, ValueTemplate] = Field(
        default_factory=dict,
        max_length=200,
        title="Inputs",
        description="All that the other workflow sees of this one.",
        examples=[{"customer_id": "{{ customer.id }}"}],
    )
    wait: bool = Field(
        default=True,
        title="Wait for its end",
        description="On: its output is this step's result. Off: this step gives the new job's id and goes on at once.",
        examples=[True],
    )


class Subflow(StepType[SubflowConfig], type="subflow"):
    """Runs another workflow as a job of its own, which sees nothing but its inputs, and gives its output."""

    label = "Subflow"
    icon = "sitemap"
    category = "Flow"
    color = "violet"
    Config = SubflowConfig
    pure = True  # the other job is started together with the record that it was

    def run(self, config: SubflowConfig, context: StepContext) -> StartChild:
        """Asks for the other job."""
        return StartChild(config.workflow, config.inputs, version=config.version, wait=config.wait)

    def resumed(self, config: SubflowConfig, context: StepContext, delivery: JSON | None) -> Result:
        """Gives the other job's output, or fails as it did."""
        ended: Mapping[str, Any] = delivery or {}
        status = ended.get("status")
        if status == "SUCCESS":
            return Result(ended.get("output"))
        error = ended.get("error") or {}
        at = f" at step “{error['step']}”" if error.get("step") else ""
        why = f": {error['message']}" if error.get("message") else "."
        raise StepFailed(
            f"The workflow “{config.workflow}” ended as {status}{at}{why}",
            error_type=_ERRORS.get(str(status)) or str(error.get("type") or "error"),
            retryable=bool(error.get("retryable")),
            hint=f"See its job {ended.get('job')}.",
        )

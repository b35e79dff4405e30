"""The `output` step: what the job answers."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from backend.catalog.evaluating import evaluate_all
from backend.catalog.fields import Expression, HeaderTemplate, ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepType
from backend.common.json import JSON
from backend.common.problems import Problem


class Respond(Config):
    """What a webhook that waits for the job answers."""

    status: int = Field(
        default=200, ge=200, le=599, title="Status", description="The HTTP status of the answer.", examples=[200]
    )
    headers: dict[str, HeaderTemplate] = Field(
        default_factory=dict,
        max_length=50,
        title="Headers",
        description="HTTP headers of the answer; templates are filled in.",
        examples=[{"X-Request-Id": "{{ job.id }}"}],
    )
    body: ValueTemplate = Field(
        default=None,
        title="Body",
        description="The answer's body, text or any value as JSON; without one, the values of this step.",
        examples=["{{ summary }}"],
    )


class OutputConfig(Config):
    """The form of an output."""

    values: dict[str, Expression] = Field(
        default_factory=dict,
        max_length=200,
        title="Values",
        description="The job's output: each key gets the value of its expression.",
        examples=[{"total": "invoice.total"}],
    )
    respond: Respond | None = Field(
        default=None,
        title="Webhook answer",
        description="What a webhook that waits for the job answers.",
        examples=[{"status": 200, "body": "{{ summary }}"}],
    )


class Output(StepType[OutputConfig], type="output"):
    """Says what the job gives back: values for its output, and the answer to a webhook that waits for it."""

    label = "Output"
    icon = "logout"
    category = "Flow"
    color = "green"
    Config = OutputConfig
    pure = True

    @classmethod
    def check(cls, config: OutputConfig) -> list[Problem]:
        """It must say something."""
        if not config.values and config.respond is None:
            return [
                Problem("An output needs `values` or `respond`.", path="values", hint="Add a key and an expression.")
            ]
        return []

    @classmethod
    def pinned(cls, config: Mapping[str, JSON], output: JSON) -> Result:
        """It is the job's output, too."""
        return Result(output, job_output=output if isinstance(output, dict) else {"value": output})

    def run(self, config: OutputConfig, context: StepContext) -> Result:
        """Gives the values, to the job and (inside a loop) to the iteration."""
        values = evaluate_all(context, config.values)
        return Result(values, job_output=values, response=_response(config.respond, values))


def _response(respond: Respond | None, values: dict[str, JSON]) -> dict[str, JSON] | None:
    if respond is None:
        return None
    body = respond.body if "body" in respond.model_fields_set else values
    return {"status": respond.status, "headers": respond.headers, "body": body}

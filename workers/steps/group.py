"""The `group` step: some steps as one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from backend.catalog.steps import Config, Enter, StepContext, StepType


class GroupConfig(Config):
    """The form of a group."""

    max_concurrent: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        title="At the same time",
        description="How many of its steps may run side by side; empty: all.",
        examples=[2],
    )
    on_failure: Literal["stop", "finish", "continue"] = Field(
        default="stop",
        title="If a step fails",
        description="stop: the others are stopped and the group fails. finish: they end first, then the group fails. "
        "continue: the group succeeds all the same.",
        examples=["finish"],
    )
    collect: Literal["last", "all"] = Field(
        default="last",
        title="Result",
        description="last: the last result in it. all: an object with the result of each of its steps.",
        examples=["all"],
    )


class Group(StepType[GroupConfig], type="group"):
    """Keeps steps together: one time limit, one way to handle their failures, one result."""

    label = "Group"
    icon = "box-multiple"
    category = "Flow"
    color = "gray"
    Config = GroupConfig
    pure = True
    container = True

    def run(self, config: GroupConfig, context: StepContext) -> Enter:
        """Asks for its body."""
        return Enter(max_concurrent=config.max_concurrent, on_failure=config.on_failure, collect=config.collect)

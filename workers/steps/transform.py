"""The `transform` step: makes new values out of those that are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from backend.catalog.evaluating import evaluate_all
from backend.catalog.fields import Expression, python_code
from backend.catalog.scripts import run_or_wait
from backend.catalog.steps import Again, Answer, Config, Result, ScriptRequest, StepContext, StepType
from backend.common.json import JSON
from backend.common.problems import Problem
from sandboxes.packages import requirements


class TransformConfig(Config):
    """The form of a transform."""

    values: dict[str, Expression] | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        title="Values",
        description="Each name gets the value of its expression; the result is the object of all of them.",
        examples=[{"total": "sum(line.amount for line in lines)"}],
    )
    code: str | None = python_code(
        "Python code",
        default=None,
        min_length=1,
        max_length=200_000,
        description="Instead of values: Python in the sandbox, where all variables are there by name. Assign `result`.",
        examples=["result = [user['email'].lower() for user in users]"],
    )

    packages: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]] = Field(
        default_factory=list,
        max_length=requirements.MOST,
        title="Packages",
        description="What pip installs for the code, with versions if you like. The first run waits for them.",
        examples=[["pandas"]],
        json_schema_extra={"x-widget": "packages"},
    )


class Transform(StepType[TransformConfig], type="transform"):
    """Makes new values: by expressions, evaluated at once, or by a few lines of Python in the sandbox."""

    label = "Transform"
    icon = "wand"
    category = "Data"
    color = "teal"
    Config = TransformConfig
    default_timeout = 60.0

    @classmethod
    def check(cls, config: TransformConfig) -> list[Problem]:
        """Values or code: one of the two."""
        if config.values is None and config.code is None:
            return [Problem("A transform needs `values` or `code`.", hint="Add an expression to `values`.")]
        if config.values is not None and config.code is not None:
            return [
                Problem("A transform takes `values` or `code`, not both.", path="code", hint="Remove one of the two.")
            ]
        return []

    @classmethod
    def advise(cls, config: TransformConfig) -> list[Problem]:
        """Requirements that pip would not take, or that nothing uses."""
        found = requirements.problem("python", config.packages)
        if not found and config.packages and config.code is None:
            found = "Packages are for code, and this transform has none."
        return [Problem(found, path="packages", code="packages")] if found else []

    @classmethod
    def is_pure(cls, config: Mapping[str, JSON]) -> bool:
        """Expressions touch nothing; code may."""
        return config.get("code") is None

    def run(self, config: TransformConfig, context: StepContext) -> Answer:
        """Gives the object of values, or the code's result."""
        if config.code is None:
            return Result(evaluate_all(context, config.values or {}))
        request = ScriptRequest(
            language="python",
            code=config.code,
            context=context.variables,
            timeout=context.timeout or self.default_timeout,
            packages=tuple(config.packages),
        )
        return run_or_wait(context, request)

    def resumed(self, config: TransformConfig, context: StepContext, delivery: JSON | None) -> Answer:
        """Looks once more whether the packages are there."""
        return Again()

"""The `condition` step: decides which way the flow goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field

from backend.catalog.evaluating import evaluate
from backend.catalog.fields import Expression
from backend.catalog.steps import COMMON_PORTS, Config, Result, StepContext, StepType
from backend.common.json import JSON
from backend.common.problems import Problem

TRUE, FALSE, ELSE = "true", "false", "else"


class Case(Config):
    """One branch."""

    name: str = Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$",
        max_length=60,
        title="Name",
        description="The branch's port: later steps follow it with `after: [step.name]`.",
        examples=["critical"],
    )
    expression: Expression | None = Field(
        default=None,
        min_length=1,
        title="Expression",
        description="The branch is taken if this is true and no case before it was.",
        examples=["error_rate > 50"],
    )
    equals: JSON = Field(
        default=None,
        title="Equals",
        description="With `switch`: the branch is taken if the switch has this value.",
        examples=["invoice"],
    )


class ConditionConfig(Config):
    """The form of a condition."""

    expression: Expression | None = Field(
        default=None,
        min_length=1,
        title="Expression",
        description="Takes the branch `true` or `false`.",
        examples=["api_response is not None"],
    )
    switch: Expression | None = Field(
        default=None,
        min_length=1,
        title="Switch",
        description="A value that each case is compared with.",
        examples=["document.type"],
    )
    cases: list[Case] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        title="Cases",
        description="Branches by name, from top to bottom; without a match the branch `else` is taken.",
        examples=[[{"name": "critical", "expression": "error_rate > 50"}]],
    )


class Condition(StepType[ConditionConfig], type="condition"):
    """Takes one branch: `true` or `false` by an expression, or the first of several cases that holds, else `else`."""

    label = "Condition"
    icon = "arrows-split-2"
    category = "Flow"
    color = "orange"
    Config = ConditionConfig
    pure = True

    @classmethod
    def ports(cls, config: Mapping[str, JSON]) -> tuple[str, ...]:
        """`true` and `false`, or the names of the cases and `else`."""
        cases = config.get("cases")
        if not cases and config.get("switch") is None:
            return TRUE, FALSE
        listed = cases if isinstance(cases, list) else []
        names = [case.get("name") for case in listed if isinstance(case, Mapping)]
        return *dict.fromkeys(name for name in names if isinstance(name, str) and name), ELSE

    @classmethod
    def check(cls, config: ConditionConfig) -> list[Problem]:
        """One of the three forms, with branches that can be told apart."""
        if config.cases is None:
            return _check_single(config)
        if config.expression is not None:
            return [
                Problem(
                    "A condition takes `expression` or `cases`, not both.",
                    path="expression",
                    hint="Move the expression into a case, or remove the cases.",
                )
            ]
        form = _check_switch_case if config.switch is not None else _check_expression_case
        problems = [problem for index, case in enumerate(config.cases) for problem in form(case, f"cases[{index}]")]
        return [*problems, *_check_names(config.cases)]

    def run(self, config: ConditionConfig, context: StepContext) -> Result:
        """Gives the name of the branch and takes it."""
        name = _branch(config, context)
        return Result(name, port=name)


def _branch(config: ConditionConfig, context: StepContext) -> str:
    if config.switch is not None:
        value = evaluate(context, config.switch, place="switch")
        return next((case.name for case in config.cases or () if value == case.equals), ELSE)
    if config.cases:
        return next((case.name for case in config.cases if _holds(case, context)), ELSE)
    return TRUE if context.evaluate(config.expression or "") else FALSE


def _holds(case: Case, context: StepContext) -> bool:
    return bool(evaluate(context, case.expression or "", place=f"case “{case.name}”"))


def _check_single(config: ConditionConfig) -> list[Problem]:
    if config.switch is not None:
        return [Problem("A switch needs `cases`.", path="switch", hint="Add a case with `name` and `equals`.")]
    if config.expression is None:
        return [
            Problem("A condition needs an `expression` or `cases`.", hint="Add an expression, such as `total > 100`.")
        ]
    return []


def _check_expression_case(case: Case, path: str) -> Iterator[Problem]:
    if case.expression is None:
        yield Problem(
            f"The case “{case.name}” needs an `expression`.",
            path=f"{path}.expression",
            hint="With `equals`, give the condition a `switch` to compare with.",
        )
    elif "equals" in case.model_fields_set and case.equals is not None:
        yield Problem(
            f"The case “{case.name}” has `equals`, but the condition has no `switch`.",
            path=f"{path}.equals",
            hint="Add a `switch` or remove `equals`.",
        )


def _check_switch_case(case: Case, path: str) -> Iterator[Problem]:
    if case.expression is not None:
        yield Problem(
            f"The case “{case.name}” of a switch takes `equals`, not `expression`.",
            path=f"{path}.expression",
            hint="Give the value in `equals`, or remove the `switch`.",
        )
    elif "equals" not in case.model_fields_set:
        yield Problem(
            f"The case “{case.name}” needs the value that the switch must have.",
            path=f"{path}.equals",
            hint="Add `equals`.",
        )


def _check_names(cases: Sequence[Case]) -> Iterator[Problem]:
    reserved = {*COMMON_PORTS, ELSE}
    times = Counter(case.name for case in cases)
    for index, case in enumerate(cases):
        path = f"cases[{index}].name"
        if case.name in reserved:
            yield Problem(f"“{case.name}” is a port that every condition has.", path=path, hint="Choose another name.")
        elif times[case.name] > 1 and index > _first(cases, case.name):
            yield Problem(f"There is already a case named “{case.name}”.", path=path, hint="Choose another name.")


def _first(cases: Sequence[Case], name: str) -> int:
    return next(index for index, case in enumerate(cases) if case.name == name)

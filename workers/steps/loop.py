"""The `loop` step: repeats its body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import ConfigDict, Field

from backend.catalog.fields import Expression, ValueTemplate
from backend.catalog.steps import Config, Iterate, StepContext, StepFailed, StepType
from backend.common.json import JSON
from backend.common.problems import Problem

GENERIC_NAMES = ("item", "index", "item_index", "item_last", "loop", "batch_item", "batch_index")
# An item variable of such a name would hide what else the name means inside the body.
_TAKEN = frozenset(
    {"loop", "index", "input", "errors", "steps", "job", "workflow", "vars", "secrets", "true", "false", "null"}
)
_SYSTEM_LIMIT = 100_000


class LoopConfig(Config):
    """The form of a loop."""

    model_config = ConfigDict(populate_by_name=False)  # `while` has one spelling

    items: ValueTemplate = Field(
        default=None,
        title="Items",
        description="A list to go over, usually one template. An object gives its `{key, value}` pairs, null nothing.",
        examples=["{{ webhook_payload.users }}"],
    )
    while_: Expression | None = Field(
        default=None,
        alias="while",
        min_length=1,
        title="While",
        description="Instead of items: repeats as long as this is true, looked at before each iteration.",
        examples=["page.next is not None"],
    )
    times: int | None = Field(
        default=None,
        ge=0,
        le=_SYSTEM_LIMIT,
        title="Times",
        description="Instead of items: repeats this often; the item is the number, from 0.",
        examples=[3],
    )
    item: str = Field(
        default="item",
        pattern=r"^[a-z][a-z0-9_]*$",
        max_length=60,
        title="Item variable",
        description="The name of the current item inside the loop; `<name>_index` and `<name>_last` come with it.",
        examples=["order"],
    )
    max_iterations: int = Field(
        default=10_000,
        ge=1,
        le=_SYSTEM_LIMIT,
        title="Most iterations",
        description="A guard against loops without end.",
        examples=[100],
    )
    on_limit: Literal["fail", "stop"] = Field(
        default="fail",
        title="At the limit",
        description="fail: the step fails. stop: the loop ends with what it has.",
        examples=["stop"],
    )
    break_when: Expression | None = Field(
        default=None,
        min_length=1,
        title="Break when",
        description="Ends the loop when this is true after an iteration.",
        examples=["item.status == 'done'"],
    )
    concurrency: int = Field(
        default=1,
        ge=1,
        le=100,
        title="At the same time",
        description="How many iterations run side by side; 1 keeps them in order.",
        examples=[1],
    )
    on_item_error: Literal["fail", "continue", "collect"] = Field(
        default="fail",
        title="If an iteration fails",
        description="fail: the loop fails at once. continue: its result is null. "
        "collect: it is left out, and `loop.errors` lists it.",
        examples=["collect"],
    )
    collect: Literal["all", "last", "none"] = Field(
        default="all",
        title="Collect",
        description="Which results of the iterations are kept.",
        examples=["last"],
    )


class Loop(StepType[LoopConfig], type="loop"):
    """Repeats the steps inside it: once per item of a list, while something holds, or a number of times."""

    label = "Loop"
    icon = "repeat"
    category = "Flow"
    color = "grape"
    Config = LoopConfig
    pure = True
    container = True

    @classmethod
    def check(cls, config: LoopConfig) -> list[Problem]:
        """One of the three forms, within the limits."""
        return [*_check_form(config), *_check_limits(config)]

    @classmethod
    def body_variables(cls, config: Mapping[str, JSON]) -> tuple[str, ...]:
        """The item by its own name and by the generic ones."""
        item = config.get("item")
        name = item if isinstance(item, str) and item else "item"
        return tuple(dict.fromkeys((name, f"{name}_index", f"{name}_last", *GENERIC_NAMES)))

    @classmethod
    def once(cls, config: Mapping[str, JSON]) -> dict[str, JSON]:
        """The first iteration, whose failure is seen."""
        plain = {key: value for key, value in config.items() if key not in {"concurrency", "break_when"}}
        return {**plain, "max_iterations": 1, "on_limit": "stop", "on_item_error": "fail"}

    def run(self, config: LoopConfig, context: StepContext) -> Iterate:
        """Asks for the iterations."""
        return Iterate(
            items=None if config.while_ is not None else _items(config),
            while_=config.while_,
            item_name=config.item,
            max_iterations=config.max_iterations,
            on_limit=config.on_limit,
            break_when=config.break_when,
            on_item_error=config.on_item_error,
            collect=config.collect,
            concurrency=config.concurrency if config.while_ is None else 1,
        )


def _items(config: LoopConfig) -> list[JSON]:
    if config.times is not None:
        return list(range(config.times))
    value = _parsed(config.items) if isinstance(config.items, str) else config.items
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [{"key": key, "value": item} for key, item in value.items()]
    raise StepFailed(
        f"`items` must be a list, but it is {_kind(value)}.",
        error_type="validation",
        hint="Use `times` to repeat a number of times." if isinstance(value, int) else "Give a list in `items`.",
    )


def _parsed(text: str) -> JSON:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise StepFailed(
            f"`items` must be a list, but it is the text “{text[:60]}”, which is not JSON.",
            error_type="validation",
            hint="Name a list with a single template, such as {{ users }}, or split the text in a transform before.",
        ) from None


def _kind(value: JSON) -> str:
    if isinstance(value, bool):
        return f"the truth value {json.dumps(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return f"the text “{str(value)[:60]}”"


def _check_form(config: LoopConfig) -> list[Problem]:
    given = [
        name
        for name, value in (("items", config.items), ("while", config.while_), ("times", config.times))
        if value is not None
    ]
    if not given:
        return [Problem("A loop needs `items`, `while` or `times`.", path="items", hint="Add a list to go over.")]
    if len(given) > 1:
        names = " and ".join(f"`{name}`" for name in given)
        return [Problem(f"A loop takes one of {names}.", path=given[1], hint="Remove the others.")]
    return []


def _check_limits(config: LoopConfig) -> list[Problem]:
    problems = []
    if config.item in _TAKEN:
        problems.append(Problem(f"“{config.item}” already means something else.", path="item", hint="Rename the item."))
    if config.concurrency > 1 and config.while_ is not None:
        problems.append(
            Problem(
                "A loop with `while` decides after each iteration whether there is another one.",
                path="concurrency",
                hint="Set `concurrency` to 1 or remove it.",
            )
        )
    if config.times is not None and config.times > config.max_iterations and config.on_limit == "fail":
        problems.append(
            Problem(
                f"`times` is more than the {config.max_iterations:,} iterations allowed.",
                path="times",
                hint="Raise `max_iterations`.",
            )
        )
    return problems

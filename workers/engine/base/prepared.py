"""What a version's document says of a step, found out once for each worker: most steps run again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pydantic

from backend.catalog import fields
from backend.catalog.steps import Config, StepType
from backend.common.json import JSON
from backend.workflows.graph import Graph, Node

_SHOWN_CHARACTERS = 2_000  # of each text in the displayed input


@dataclass(frozen=True, slots=True)
class Filled:
    """A config without templates, as its type gets it and as people see it."""

    config: Config
    shown: JSON


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step that may run."""

    type: type[StepType[Any]]
    pure: bool
    marks: Sequence[fields.Marked]  # of its config
    filled: Filled | None  # where there is nothing to fill in: the same in every attempt


def prepared(graph: Graph, node: Node) -> Prepared:
    """What is known of a step."""
    known = graph.memo.get(node.id)
    if not isinstance(known, Prepared):
        known = graph.memo[node.id] = _prepare(node)
    return known


def _prepare(node: Node) -> Prepared:
    step_type, config = StepType.registry.get(node.type), node.step.config
    marks = tuple(fields.marked(schema_of(step_type), config))
    return Prepared(step_type, step_type.is_pure(config), marks, _filled(step_type, config, marks))


def _filled(
    step_type: type[StepType[Any]], config: Mapping[str, JSON], marks: Sequence[fields.Marked]
) -> Filled | None:
    if any(mark.kind == "template" for mark in marks):
        return None
    try:
        return Filled(step_type.Config.model_validate(config), shown(config, marks))
    except pydantic.ValidationError:
        return None  # whoever runs it says what is wrong


@lru_cache(maxsize=256)
def schema_of(step_type: type[StepType[Any]]) -> dict[str, JSON]:
    """The config's JSON Schema, which carries the marks."""
    return step_type.Config.model_json_schema()


def shown(rendered: Mapping[str, JSON], marks: Sequence[fields.Marked]) -> JSON:
    """The input as people may see it beside the canvas: source text left out, long texts cut."""
    code = {mark.path for mark in marks if mark.kind == "code"}
    return {key: cut(value) for key, value in rendered.items() if key not in code}


def cut(value: JSON) -> JSON:
    """A copy in which no text is long and no list goes on for ever."""
    if isinstance(value, str):
        return value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "…"
    if isinstance(value, Mapping):
        return {key: cut(item) for key, item in list(value.items())[:100]}
    if isinstance(value, list | tuple):
        return [cut(item) for item in value[:100]]
    return value

"""The JSON Schema of the document, with the settings of every step type."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

from backend.catalog.registry import Registry
from backend.catalog.steps import StepType
from backend.common.json import JSON
from backend.workflows.format.definition import Definition

ID = "/api/schema/workflow.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document_schema(*, catalog: Registry[StepType[Any]] | None = None) -> dict[str, JSON]:
    """The schema that `GET /api/schema/workflow.json` publishes; made from the models that validate."""
    types = list(StepType.registry if catalog is None else catalog)
    schema: dict[str, JSON] = {"$schema": DIALECT, "$id": ID, **Definition.model_json_schema()}
    schema["title"] = "Stepgraph workflow"
    step = schema["$defs"]["Step"]
    step["properties"]["type"]["enum"] = [kind.type for kind in types]
    step["properties"]["type"]["enumDescriptions"] = [inspect.cleandoc(kind.__doc__ or "") for kind in types]
    step["allOf"] = [_rule(kind) for kind in types]
    for kind in types:
        schema["$defs"] |= _definitions(kind)
    return schema


@lru_cache(maxsize=256)
def config_schema(kind: type[StepType[Any]]) -> dict[str, JSON]:
    """The JSON Schema of a type's settings; shared, not to be changed."""
    return kind.Config.model_json_schema()


def _rule(kind: type[StepType[Any]]) -> dict[str, JSON]:
    config = {"$ref": f"#/$defs/{_name(kind)}"}
    return {"if": {"properties": {"type": {"const": kind.type}}}, "then": {"properties": {"config": config}}}


def _definitions(kind: type[StepType[Any]]) -> dict[str, JSON]:
    """The type's own schema and those it refers to, under names that no other type has."""
    schema = kind.Config.model_json_schema(ref_template=f"#/$defs/{_name(kind)}.{{model}}")
    inner = schema.pop("$defs", {})
    return {_name(kind): schema, **{f"{_name(kind)}.{name}": part for name, part in inner.items()}}


def _name(kind: type[StepType[Any]]) -> str:
    return f"config.{kind.type}"

"""camelCase keys become snake_case, where the schema knows the snake_case name; free maps are left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.common.json import JSON

MAX_DEPTH = 64
_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(key: str) -> str:
    """`maxIterations` → `max_iterations`."""
    return _HUMP.sub(r"_\1", key).lower()


def respell(value: JSON, schema: Mapping[str, JSON]) -> JSON:
    """A copy of `value` with the keys that `schema` knows under another spelling."""
    return _respell(value, schema, schema.get("$defs", {}), 0)


def _respell(value: JSON, schema: Mapping[str, JSON], defs: Mapping[str, JSON], depth: int) -> JSON:
    if depth > MAX_DEPTH or not isinstance(value, dict | list):
        return value
    schemas = list(_alternatives(schema, defs))
    if isinstance(value, list):
        items = next((found["items"] for found in schemas if isinstance(found.get("items"), Mapping)), None)
        return value if items is None else [_respell(item, items, defs, depth + 1) for item in value]
    fields: dict[str, JSON] = {}
    for found in schemas:
        fields |= found.get("properties", {})
    others: Mapping[str, JSON] = next(
        (found["additionalProperties"] for found in schemas if isinstance(found.get("additionalProperties"), dict)), {}
    )
    return {
        new: _respell(item, fields.get(new, others), defs, depth + 1) for new, item in _renamed(value, fields).items()
    }


def _renamed(value: Mapping[str, JSON], fields: Mapping[str, JSON]) -> dict[str, JSON]:
    renamed: dict[str, JSON] = {}
    for key, item in value.items():
        other = snake(key) if isinstance(key, str) else key
        alias = key not in fields and other in fields and other not in value and other not in renamed
        renamed[other if alias else key] = item
    return renamed


def _alternatives(schema: Mapping[str, JSON], defs: Mapping[str, JSON]) -> list[Mapping[str, JSON]]:
    if "$ref" in schema:
        schema = {**defs.get(schema["$ref"].rsplit("/", 1)[-1], {}), **schema}
    found = [schema]
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found.extend(_alternatives(option, defs))
    return found

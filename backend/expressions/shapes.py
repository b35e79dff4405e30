"""What is known of a value before there is one: kinds, fields, items. From a JSON Schema or from a sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from backend.common.json import JSON

MAX_DEPTH = 16
MAX_SAMPLED = 20  # items of a sampled list

NUMBERS: Final = frozenset({"integer", "number"})
_KINDS: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_WORDS: Final = {
    "null": "null",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "an object",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The kinds that a value can have, in the words of JSON Schema; none known: anything."""

    kinds: frozenset[str] = frozenset()
    fields: Mapping[str, Shape] | None = None  # of an object; None: not known
    items: Shape | None = None  # of a list; None: not known
    is_open: bool = True  # whether an object may have other fields

    @property
    def present(self) -> frozenset[str]:
        """The kinds besides null, which any value may turn out to be; a whole number is a number too."""
        return self.kinds - {"null"}

    def only(self, *kinds: str) -> bool:
        """Whether it is known to be one of these kinds."""
        return bool(self.present) and self.present <= frozenset(kinds)

    def never(self, *kinds: str) -> bool:
        """Whether it is known to be none of these kinds."""
        return bool(self.present) and self.present.isdisjoint(kinds)

    def words(self) -> str:
        """For a message: “text or a number”."""
        return " or ".join(_WORDS[kind] for kind in sorted(self.present))


ANY: Final = Shape()


def of(*kinds: str) -> Shape:
    """A value of these kinds and nothing more known."""
    return Shape(frozenset(kinds))


def from_schema(schema: JSON, *, depth: int = MAX_DEPTH) -> Shape:
    """The shape that a JSON Schema describes, as far as it is said in simple words."""
    if not isinstance(schema, dict) or depth == 0 or "$ref" in schema or "allOf" in schema:
        return ANY
    options = schema.get("anyOf", schema.get("oneOf"))
    if isinstance(options, list):
        return union(from_schema(option, depth=depth - 1) for option in options)
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if isinstance(values, list):
        return union(from_sample(value, depth=depth - 1) for value in values)
    return _by_type(schema, depth=depth - 1)


def _by_type(schema: dict[str, JSON], *, depth: int) -> Shape:
    kinds = schema.get("type", [])
    listed = {kinds} if isinstance(kinds, str) else {k for k in kinds if isinstance(k, str)}
    properties, items = schema.get("properties"), schema.get("items")
    fields: dict[str, Shape] | None = None
    if isinstance(properties, dict):
        fields = {name: from_schema(inner, depth=depth) for name, inner in properties.items()}
    others = schema.get("additionalProperties", fields is None)
    return Shape(
        frozenset(listed & _KINDS),
        fields,
        from_schema(items, depth=depth) if isinstance(items, dict) else None,
        is_open=others is not False or "patternProperties" in schema,
    )


def from_sample(value: JSON, *, depth: int = MAX_DEPTH) -> Shape:
    """The shape of a value; a null says nothing."""
    if value is None or depth == 0:
        return ANY
    if isinstance(value, dict):
        return Shape(
            frozenset({"object"}), {k: from_sample(v, depth=depth - 1) for k, v in value.items()}, is_open=False
        )
    if isinstance(value, list):
        items = union(from_sample(item, depth=depth - 1) for item in value[:MAX_SAMPLED]) if value else None
        return Shape(frozenset({"array"}), items=items)
    kind = {bool: "boolean", int: "integer", float: "number", str: "string"}.get(type(value))
    return of(kind) if kind else ANY


def union(shapes: Iterable[Shape]) -> Shape:
    """What is either of several; as soon as one can be anything, so can the whole."""
    found = list(shapes)
    if not found or any(not shape.kinds for shape in found):
        return ANY
    if len(found) == 1:
        return found[0]
    objects = [shape for shape in found if "object" in shape.kinds]
    lists = [shape.items for shape in found if "array" in shape.kinds]
    return Shape(
        frozenset().union(*(shape.kinds for shape in found)),
        _common_fields(objects),
        None if None in lists else union(item for item in lists if item) if lists else None,
        is_open=any(shape.is_open for shape in objects),
    )


def _common_fields(objects: list[Shape]) -> dict[str, Shape] | None:
    if not objects or any(shape.fields is None for shape in objects):
        return None
    names = dict.fromkeys(name for shape in objects for name in shape.fields or ())
    return {name: union(s.fields[name] for s in objects if s.fields and name in s.fields) for name in names}

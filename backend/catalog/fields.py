"""Marks on config fields: this is an expression, this a template, this code, this a secret.

A mark is written once, at the field, and read from the JSON Schema by everyone: the validator finds the expressions to
check, the engine the templates to fill in, the editor the right input.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, WithJsonSchema

from backend.common.json import JSON
from backend.expressions.statement import Statement


def _mark(kind: str, **extra: JSON) -> Any:
    return Field(json_schema_extra={"x-kind": kind, **extra})


def as_text(value: JSON) -> str:
    """How a value reads where text is wanted: null is empty, all else but text is written as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)


# A template that stands alone keeps its value's type, also in a field of text: `"{{ count }}"` gives a number.
_AS_TEXT = BeforeValidator(as_text)

SECRET_FIELDS = ("headers", "auth", "env")
"""Of a step's config: where alone `secrets.NAME` may stand."""

Expression = Annotated[str, _mark("expression")]
"""An expression without braces."""

TextTemplate = Annotated[str, _AS_TEXT, _mark("template", **{"x-context": "text"})]
UrlTemplate = Annotated[str, _AS_TEXT, _mark("template", **{"x-context": "url"})]
HeaderTemplate = Annotated[str, _AS_TEXT, _mark("template", **{"x-context": "header"})]


def as_statement(value: JSON) -> Statement:
    """A statement from the text of the form, or from what the engine made of its templates."""
    if isinstance(value, Mapping):
        return Statement.from_json(value)
    if isinstance(value, str) and value.strip():
        return Statement((value,))
    raise ValueError("must be an SQL statement")


SqlTemplate = Annotated[
    Statement,
    BeforeValidator(as_statement),
    WithJsonSchema({"type": "string", "x-kind": "template", "x-context": "sql"}),
]
"""SQL, in which templates are bound parameters: `config.query.bound(params)` gives a statement for `.text(style)` and
`.values`, in the spelling of each driver."""

ValueTemplate = Annotated[Any, _mark("template", **{"x-context": "json"})]
"""Any JSON; every string inside may hold templates, a single template keeps its type."""

Code = Annotated[str, _mark("code")]
"""Source text. The language is the config's `language`, or what the mark's `x-language` says."""

Secret = Annotated[SecretStr, _mark("secret")]
"""Of a connector: kept encrypted, never shown again; `.get_secret_value()` is for the one who sends it."""

WorkflowSlug = Annotated[str, _mark("workflow")]
"""Another workflow of the organisation, by its slug; the editor offers those that there are."""

_SLUG = Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")


def _connector(family: str) -> Any:
    return _mark("connector", **{"x-family": family})


AiConnector = Annotated[str, _SLUG, _connector("ai")]
"""A connector of this family, by its slug; the editor offers those that there are."""
DatabaseConnector = Annotated[str, _SLUG, _connector("database")]
NotificationConnector = Annotated[str, _SLUG, _connector("notification")]
HttpConnector = Annotated[str, _SLUG, _connector("http")]
StorageConnector = Annotated[str, _SLUG, _connector("storage")]


def python_code(title: str, **kwargs: Any) -> Any:
    """A field of Python source text."""
    return Field(title=title, json_schema_extra={"x-kind": "code", "x-language": "python"}, **kwargs)


@dataclass(frozen=True, slots=True)
class Marked:
    """A value below a marked field: where it stands, what it is, and the value itself."""

    path: str  # relative to the config: `cases[0].expression`
    kind: str  # expression | template | code | secret | connector | workflow
    context: str  # of a template: text | url | header | html | sql | json; of a connector: its family
    value: JSON


def marked(schema: Mapping[str, JSON], value: JSON) -> Iterator[Marked]:
    """Every marked value in a raw config, in document order; `schema` is the config model's JSON Schema."""
    yield from _walk(schema, value, "", schema.get("$defs", {}))


def rewritten(
    schema: Mapping[str, JSON],
    value: JSON,
    change: Callable[[Marked], JSON],
    *,
    marks: Sequence[Marked] | None = None,
) -> JSON:
    """A copy of a raw config in which every marked value is what `change` makes of it; `marks`, if they are known."""
    found = marked(schema, value) if marks is None else marks
    changes = {mark.path: change(mark) for mark in found}
    return _replaced(value, "", changes) if changes else value


def _replaced(value: JSON, path: str, changes: Mapping[str, JSON]) -> JSON:
    if path in changes:
        return changes[path]
    if isinstance(value, str):  # asking an abstract class takes long
        return value
    if isinstance(value, Mapping):
        return {key: _replaced(item, f"{path}.{key}" if path else key, changes) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, f"{path}[{index}]", changes) for index, item in enumerate(value)]
    return value


def _walk(schema: Mapping[str, JSON], value: JSON, path: str, defs: Mapping[str, JSON]) -> Iterator[Marked]:
    if "$ref" in schema:
        schema = {**defs[schema["$ref"].rsplit("/", 1)[-1]], **{k: v for k, v in schema.items() if k != "$ref"}}
    if "x-kind" in schema:
        yield Marked(path, schema["x-kind"], schema.get("x-context") or schema.get("x-family", ""), value)
        return
    for option in schema.get("anyOf", ()):
        yield from _walk(option, value, path, defs)
    if isinstance(value, Mapping):
        yield from _walk_object(schema, value, path, defs)
    elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for index, item in enumerate(value):
            yield from _walk(schema["items"], item, f"{path}[{index}]", defs)


def _walk_object(
    schema: Mapping[str, JSON], value: Mapping[str, JSON], path: str, defs: Mapping[str, JSON]
) -> Iterator[Marked]:
    fields = schema.get("properties", {})
    # Names with a pattern make pydantic write `patternProperties`; names that do not fit are refused elsewhere.
    others = next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
    for key, item in value.items():
        inner = fields.get(key, others)
        if isinstance(inner, Mapping):
            yield from _walk(inner, item, f"{path}.{key}" if path else key, defs)

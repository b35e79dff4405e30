"""What a form asks for, made from the JSON Schema of a workflow's inputs. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backend.common.json import JSON

_LONG_TEXT = 200  # characters from which on a text gets several lines
_FORMATS = {
    "email": "email",
    "uri": "url",
    "url": "url",
    "date": "date",
    "date-time": "datetime-local",
    "time": "time",
    "password": "password",
    "textarea": "textarea",
    "multiline": "textarea",
    "file": "file",
    "binary": "file",
    "data-url": "file",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that can be chosen."""

    value: str
    label: str
    is_text: bool = True  # otherwise the value is JSON


@dataclass(frozen=True, slots=True)
class Field:
    """One question."""

    name: str
    label: str
    kind: str  # text, textarea, number, checkbox, choice, choices, lines, file, files, json, email, date …
    help: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    value: str = ""  # what stands there at first
    chosen: tuple[str, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict)  # attributes that let the browser help

    @property
    def id(self) -> str:
        """Of the element."""
        return f"field-{self.name}"


def fields_of(schema: Mapping[str, JSON] | None) -> list[Field]:
    """The questions, in the order of the schema."""
    properties = (schema or {}).get("properties")
    if not isinstance(properties, Mapping):
        return []
    required = (schema or {}).get("required")
    names = set(required) if isinstance(required, list) else set()
    return [_field(name, part, required=name in names) for name, part in properties.items() if isinstance(part, dict)]


def _field(name: str, schema: Mapping[str, JSON], *, required: bool) -> Field:
    kind = _kind(schema)
    default = schema.get("default")
    return Field(
        name=name,
        label=str(schema.get("title") or name.replace("_", " ").strip().capitalize()),
        kind=kind,
        help=str(schema.get("description") or ""),
        required=required and kind != "checkbox",
        choices=tuple(_choices(schema if kind == "choice" else schema.get("items", {}))),
        value=_shown(default, kind=kind),
        chosen=tuple(_text(item) for item in default) if kind == "choices" and isinstance(default, list) else (),
        limits=dict(_limits(schema, kind=kind)),
    )


def _kind(schema: Mapping[str, JSON]) -> str:
    if "enum" in schema or _is_constants(schema.get("oneOf")):
        return "choice"
    type_ = _main_type(schema.get("type"))
    asked = _FORMATS.get(str(schema.get("format", "")))
    if asked == "file" or schema.get("contentMediaType"):
        return "file"
    match type_:
        case "boolean":
            return "checkbox"
        case "integer" | "number":
            return "number"
        case "array":
            return _kind_of_list(schema.get("items"))
        case "object":
            return "json"
        case _:
            long = int(schema.get("maxLength") or 0) > _LONG_TEXT
            return asked or ("textarea" if long else "text")


def _kind_of_list(items: JSON) -> str:
    if not isinstance(items, Mapping):
        return "json"
    inner = _kind(items)
    return {"choice": "choices", "file": "files", "text": "lines", "email": "lines", "url": "lines"}.get(inner, "json")


def _main_type(declared: JSON) -> str:
    names = declared if isinstance(declared, list) else [declared]
    return next((str(name) for name in names if name != "null"), "string")


def _is_constants(options: JSON) -> bool:
    return (
        isinstance(options, list) and bool(options) and all(isinstance(one, dict) and "const" in one for one in options)
    )


def _choices(schema: JSON) -> Iterator[Choice]:
    if not isinstance(schema, Mapping):
        return
    for value in schema.get("enum") or []:
        yield Choice(_text(value), "" if value is None else str(value), isinstance(value, str))
    if _is_constants(schema.get("oneOf")):
        for option in schema["oneOf"]:
            value = option["const"]
            yield Choice(_text(value), str(option.get("title") or value), isinstance(value, str))


def _text(value: JSON) -> str:
    """A value as a form sends it."""
    return value if isinstance(value, str) else json.dumps(value)


def _shown(value: JSON, *, kind: str) -> str:
    if value is None:
        return ""
    if kind == "lines" and isinstance(value, list):
        return "\n".join(str(item) for item in value)
    if kind == "json":
        return json.dumps(value, indent=2, ensure_ascii=False)
    return ("true" if value else "") if kind == "checkbox" else _text(value)


_ATTRIBUTES = {"minLength": "minlength", "maxLength": "maxlength", "minimum": "min", "maximum": "max"}


def _limits(schema: Mapping[str, JSON], *, kind: str) -> Iterator[tuple[str, str]]:
    for name, attribute in _ATTRIBUTES.items():
        if isinstance(schema.get(name), int | float):
            yield attribute, str(schema[name])
    if kind == "number":
        whole = _main_type(schema.get("type")) == "integer"
        yield "step", str(schema.get("multipleOf") or (1 if whole else "any"))
    if kind == "file" and isinstance(schema.get("contentMediaType"), str):
        yield "accept", schema["contentMediaType"]

"""What somebody filled in, as the job's input, or what is wrong with it by field. Pure but for the keeper of files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import jsonschema

from backend.common import schemas
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.json_text import parse_json
from backend.triggers.forms.fields import Field

_EMPTY = object()
MISSING = "Fill this in."


@dataclass(slots=True)
class Filled:
    """The values by name, and the words about those that will not do."""

    values: dict[str, JSON] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(fields: Sequence[Field], *, sent: Mapping[str, Sequence[str]], files: Mapping[str, Sequence[JSON]]) -> Filled:
    """Reads every field; `files` are references of what was uploaded."""
    filled = Filled()
    for one in fields:
        try:
            value = _value(one, sent.get(one.name, ()), files.get(one.name, ()))
        except ValueError as error:
            filled.errors[one.name] = str(error)
            continue
        if value is not _EMPTY:
            filled.values[one.name] = value
        elif one.required:
            filled.errors[one.name] = MISSING
    return filled


def check(schema: Mapping[str, JSON] | None, filled: Filled) -> None:
    """Adds what the schema says about the values; one message for each field."""
    if not schema:
        return
    for error in schemas.mismatches(schema, filled.values, formats=True):
        name = _place(error)
        if name and name not in filled.errors:
            filled.errors[name] = _words(error)


def _value(one: Field, sent: Sequence[str], files: Sequence[JSON]) -> JSON:
    match one.kind:
        case "file":
            return files[0] if files else _EMPTY
        case "files":
            return list(files) if files else _EMPTY
        case "checkbox":
            return bool(sent)
        case "choices":
            return [_chosen(one, text) for text in sent] if sent else _EMPTY
    text = sent[-1] if sent else ""
    return _of_text(one, text.replace("\r\n", "\n")) if text.strip() else _EMPTY


def _of_text(one: Field, text: str) -> JSON:
    match one.kind:
        case "choice":
            return _chosen(one, text)
        case "number":
            return _number(text.strip())
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "json":
            return _json(text)
        case "datetime-local":
            return text if text.count(":") > 1 else f"{text}:00"
        case _:
            return text


def _chosen(one: Field, text: str) -> JSON:
    choice = next((choice for choice in one.choices if choice.value == text), None)
    if choice is None:
        raise ValueError("Choose one of the answers offered.")
    return text if choice.is_text else json.loads(text)


def _number(text: str) -> JSON:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError("Write a number.") from None
    if value != value or abs(value) > 2**53:  # noqa: PLR0124 not a number
        raise ValueError("Write a number that is not so large.")
    return int(value) if value.is_integer() else value


def _json(text: str) -> JSON:
    try:
        return parse_json(text.encode())
    except Invalid as error:
        raise ValueError(f"This is not JSON: {error.detail}") from None


def _place(error: jsonschema.ValidationError) -> str:
    if error.validator == "required" and not error.absolute_path:
        names, given = cast("list[str]", error.validator_value), cast("dict[str, JSON]", error.instance)
        return next((name for name in names if name not in given), "")
    return str(error.absolute_path[0]) if error.absolute_path else ""


_WORDS = {
    "required": MISSING,
    "minLength": "Write at least {} characters.",
    "maxLength": "Write at most {} characters.",
    "minimum": "Write a number of at least {}.",
    "maximum": "Write a number of at most {}.",
    "exclusiveMinimum": "Write a number above {}.",
    "exclusiveMaximum": "Write a number below {}.",
    "multipleOf": "Write a multiple of {}.",
    "minItems": "Give at least {}.",
    "maxItems": "Give at most {}.",
    "type": "This must be of the type {}.",
    "enum": "Choose one of the answers offered.",
}


def _words(error: jsonschema.ValidationError) -> str:
    if asked := schemas.wanted(error):
        return f"This must be {asked}."
    known = _WORDS.get(str(error.validator))
    if known is not None:
        return known.format(error.validator_value)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    return str(schema.get("description") or error.message)

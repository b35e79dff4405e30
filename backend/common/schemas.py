"""JSON Schemas that users write: read once, never fetched from anywhere, and without patterns that take for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache

import jsonschema
import re2
import referencing
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing.exceptions import Unresolvable

from backend.common.json import JSON


class SchemaFault(Exception):
    """The schema itself cannot be used."""


def mismatches(schema: Mapping[str, JSON], value: JSON, *, formats: bool = False) -> list[jsonschema.ValidationError]:
    """Where a value does not fit, by path. Raises SchemaFault.

    A format is a remark by itself, as JSON Schema has it; with `formats` texts must have those of `_WORDS`.
    """
    try:
        found = list(_compiled(json.dumps(schema, sort_keys=True), formats=formats).iter_errors(value))
    except Unresolvable as error:
        raise SchemaFault(f"The reference {error.ref!r} leads nowhere. Use “#/$defs/…” of the same schema.") from error
    except RecursionError:
        raise SchemaFault("The schema refers to itself without end.") from None
    return sorted(found, key=lambda error: error.json_path)


def wanted(error: jsonschema.ValidationError) -> str:
    """What a text of another format should have been; empty if something else is wrong."""
    return _WORDS.get(str(error.validator_value), "") if error.validator == "format" else ""


def check(schema: Mapping[str, JSON]) -> None:
    """Raises SchemaFault when the schema is not valid."""
    _compiled(json.dumps(schema, sort_keys=True))


@lru_cache(maxsize=256)
def _compiled(text: str, *, formats: bool = False) -> Validator:
    schema = json.loads(text)
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise SchemaFault(f"{error.message} at {error.json_path.replace('$', 'inputs', 1)}") from None
    except RecursionError:
        raise SchemaFault("The schema is nested too deeply.") from None
    for pattern in _patterns(schema):
        try:
            re2.compile(pattern)
        except re2.error as error:
            raise SchemaFault(f"The pattern {pattern[:80]!r} cannot be used: {error}") from None
    # An empty registry: the library's own would fetch what a reference names.
    checker = _FORMATS if formats else None
    compiled: Validator = _Draft(schema, registry=referencing.Registry(), format_checker=checker)
    return compiled


def _patterns(schema: JSON) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        if isinstance(schema.get("patternProperties"), dict):
            raise SchemaFault("“patternProperties” cannot be used. Name the fields under “properties”.")
        for key, item in schema.items():
            if key not in {"default", "examples", "enum", "const"}:
                yield from _patterns(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from _patterns(item)


def _pattern(_: Validator, pattern: str, value: JSON, __: JSON) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not re2.search(pattern, value):
        yield jsonschema.ValidationError(f"{value[:200]!r} does not match {pattern!r}")


_Draft = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call] # its stubs leave it open


_WORDS = {
    "email": "an e-mail address, such as ana@example.com",
    "date": "a day, such as 2030-01-31",
    "date-time": "a moment, such as 2030-01-31T08:00:00Z",
}
_FORMATS = jsonschema.FormatChecker(formats=())  # none of the library's own: its e-mail address is any text with an @


_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re2.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")  # as browsers have it


@_FORMATS.checks("email")
def _is_email(value: JSON) -> bool:
    return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: JSON) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: JSON) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))

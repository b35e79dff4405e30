"""Pydantic's errors in words for people: the place in the document, what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from backend.common.json import JSON
from backend.common.suggest import did_you_mean

Location = Sequence[str | int]


def place_of(location: Location, value: JSON, *, missing: bool = False) -> tuple[str | int, ...]:
    """The location without pydantic's own words in it, such as the name of a union's member."""
    if not location:
        return ()
    part, rest = location[0], location[1:]
    without = place_of(rest, value, missing=missing)
    if _holds(value, part):
        taken = (part, *place_of(rest, value[part], missing=missing))
    elif missing and not rest:
        taken = (part,)
    else:
        return without
    # Such a word may be a field's name as well: the right place ends where the location does.
    return max(taken, without, key=lambda place: (place[-1:] == (location[-1],), len(place)))


def _holds(value: JSON, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value


def as_path(place: Location) -> str:
    """`("steps", 2, "config")` → `steps[2].config`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def words(error: ErrorDetails, schema: Mapping[str, JSON]) -> tuple[str, str]:
    """Message and hint for one of pydantic's errors; `schema` is the one of the whole that was validated."""
    maker = _MAKERS.get(error["type"])
    name = str(error["loc"][-1]) if error["loc"] else "document"
    if maker is not None:
        return maker(name, error, schema)
    text = error["msg"].removeprefix("Value error, ")
    return f"“{_named(error)}”: {text[:1].lower()}{text[1:]}.".replace("..", "."), ""


def _named(error: ErrorDetails) -> str:
    for part in reversed(error["loc"]):
        if isinstance(part, str) and part not in {"word", "fallback"}:
            return part
    return "document"


def _missing(name: str, error: ErrorDetails, schema: Mapping[str, JSON]) -> tuple[str, str]:
    field = _schema_at(schema, error["loc"])
    about = (field.get("description") or field.get("title") or "").rstrip(".")
    return f"“{name}” is missing.", f"Add “{name}” ({about})." if about else f"Add “{name}”."


def _unknown(name: str, error: ErrorDetails, schema: Mapping[str, JSON]) -> tuple[str, str]:
    options = _options(_schema_at(schema, error["loc"][:-1]), schema.get("$defs", {}))
    known = sorted({key for option in options for key in option.get("properties", {})})
    hint = did_you_mean(name, known) or (f"Known here: {', '.join(known)}." if known else "Remove it.")
    return f"There is no setting “{name}” here.", hint


def _wrong_tag(_name: str, error: ErrorDetails, _schema: Mapping[str, JSON]) -> tuple[str, str]:
    context: dict[str, Any] = error.get("ctx", {})
    expected = context.get("expected_tags", "").replace("'", "")
    if "tag" not in context:
        return "“type” is missing.", "Add “type” to it."
    return f"There is no type “{context['tag']}” here.", f"Known here: {expected}."


_MAKERS: dict[str, Callable[[str, ErrorDetails, Mapping[str, JSON]], tuple[str, str]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "union_tag_invalid": _wrong_tag,
    "union_tag_not_found": _wrong_tag,
}


def _schema_at(schema: Mapping[str, JSON], location: Location) -> Mapping[str, JSON]:
    """The part of a schema that a location leads to; empty if it cannot be told."""
    defs = schema.get("$defs", {})
    here: Mapping[str, JSON] = schema
    for part in location:
        here = _step_into(_resolved(here, defs), part, defs)
    return _resolved(here, defs)


def _step_into(here: Mapping[str, JSON], part: str | int, defs: Mapping[str, JSON]) -> Mapping[str, JSON]:
    tags = here.get("discriminator", {}).get("mapping", {})
    if part in tags:
        return {"$ref": tags[part]}
    candidates = _options(here, defs)
    for candidate in candidates:
        if isinstance(part, int) and isinstance(candidate.get("items"), dict):
            items: Mapping[str, JSON] = candidate["items"]
            return items
        if part in candidate.get("properties", {}):
            field: Mapping[str, JSON] = candidate["properties"][part]
            return field
    named = [c for c in candidates if c.get("title") == part]
    return named[0] if named else here if isinstance(part, str) else {}


def _options(here: Mapping[str, JSON], defs: Mapping[str, JSON]) -> list[Mapping[str, JSON]]:
    """The part itself, and what it may be instead: the members of a union."""
    return [here, *(_resolved(option, defs) for option in (*here.get("anyOf", ()), *here.get("oneOf", ())))]


def _resolved(schema: Mapping[str, JSON], defs: Mapping[str, JSON]) -> Mapping[str, JSON]:
    if "$ref" in schema:
        return {**defs.get(schema["$ref"].rsplit("/", 1)[-1], {}), **schema}
    return schema

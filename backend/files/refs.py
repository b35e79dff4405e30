"""Large values travel as references: `{"$ref": "value:<id>", "size", "preview"}`. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

import pydantic_core

from backend.common.json import JSON

_KEY, _PREFIX = "$ref", "value:"  # the prefix tells ours from those of JSON Schema, which are addresses
_FILE = "$file"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once, for it is used all the time
_PLAIN = frozenset({str, int, float, bool, type(None)})
_PREVIEW = 500  # characters; a loop's result may hold thousands of references


def make(value_id: UUID, text: str) -> dict[str, JSON]:
    """The reference to a value whose JSON text was stored."""
    return {_KEY: f"{_PREFIX}{value_id}", "size": len(text), "preview": text[:_PREVIEW]}


def id_of(value: JSON) -> UUID | None:
    """The id of the stored value, if this is a reference to one."""
    if type(value) is not dict and not isinstance(value, Mapping):
        return None
    return _id(value.get(_KEY), _PREFIX) if _KEY in value else None


def encode(value: JSON) -> str:
    """The JSON text of a value, as it is measured and stored."""
    return _encode(value)


def is_within(value: JSON, characters: int) -> bool:
    """Whether the JSON text of a value is no longer than this, if that is seen at once: quicker than `encode`."""
    try:
        return len(pydantic_core.to_json(value)) <= characters  # bytes, so it has no more characters than that
    except ValueError:  # half of a surrogate pair, or hundreds of levels: `encode` writes them
        return False


def any_in(value: JSON) -> bool:
    """Whether a stored value is named anywhere inside."""
    kind = type(value)
    if kind in _PLAIN:
        return False
    if kind is dict:
        return (_KEY in value and id_of(value) is not None) or any(map(any_in, value.values()))
    return next(ids_in(value), None) is not None


def ids_in(value: JSON) -> Iterator[UUID]:
    """The stored values that are named anywhere inside."""
    return (found for entry in _objects(value) if (found := id_of(entry)))


def files_in(value: JSON) -> Iterator[UUID]:
    """The files that are named anywhere inside."""
    return (found for entry in _objects(value) if (found := _id(entry.get(_FILE), "")))


def replaced(value: JSON, load: Callable[[Mapping[str, JSON], UUID], JSON]) -> JSON:
    """The value with what `load` gives in the place of every reference; parts without any are not copied."""
    if isinstance(value, Mapping):
        known = id_of(value)
        if known is not None:
            return load(value, known)
        changed = {key: replaced(item, load) for key, item in value.items()}
        return changed if any(changed[key] is not item for key, item in value.items()) else value
    if isinstance(value, list | tuple):
        items = [replaced(item, load) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def _objects(value: JSON) -> Iterator[Mapping[str, JSON]]:
    todo = [value]
    while todo:
        entry = todo.pop()
        kind = type(entry)
        if kind in _PLAIN:  # nearly all, and asking an abstract class takes long
            continue
        if kind is dict or isinstance(entry, Mapping):
            yield entry
            todo.extend(entry.values())
        elif isinstance(entry, list | tuple):
            todo.extend(entry)


def _id(text: JSON, prefix: str) -> UUID | None:
    if not isinstance(text, str) or not text.startswith(prefix):
        return None
    try:
        return UUID(text.removeprefix(prefix))
    except ValueError:
        return None

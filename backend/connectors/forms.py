"""A connector's config in its two parts: what may be shown, and the secret fields. Pure.

Secret fields are write-only: whoever changes a connector cannot send them back, so that one that is left out (or null)
stays as it is, and an empty text clears it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backend.catalog import fields
from backend.catalog.connectors import ConnectorConfig, ConnectorType
from backend.common.json import JSON
from backend.common.problems import Problem

Kind = type[ConnectorType[Any]]


@lru_cache(maxsize=256)
def schema_of(kind: Kind) -> dict[str, JSON]:
    """The config's JSON Schema; shared, not to be changed."""
    return kind.Config.model_json_schema()


def split(kind: Kind, config: Mapping[str, JSON]) -> tuple[dict[str, JSON], dict[str, str | None]]:
    """The config with its secrets taken out, and the secrets by path (None and "" as they were sent)."""
    secrets = {mark.path: mark.value for mark in _secret_marks(kind, config)}
    public = fields.rewritten(schema_of(kind), dict(config), lambda m: None if m.kind == "secret" else m.value)
    return public, secrets


def merged(new: Mapping[str, str | None], old: Mapping[str, str]) -> dict[str, str]:
    """The secrets after a change: those sent, and of the old ones those that are null or, at the top, not mentioned."""
    kept = {path: value for path, value in old.items() if _stays(path, new)}
    sent = {path: value for path, value in new.items() if isinstance(value, str) and value}
    return kept | sent


def _stays(path: str, new: Mapping[str, str | None]) -> bool:
    return new[path] is None if path in new else "." not in path


def joined(kind: Kind, public: Mapping[str, JSON], secrets: Mapping[str, str]) -> dict[str, JSON]:
    """The whole config again."""
    whole = {**public, **{path: None for path in secrets if "." not in path and path not in public}}
    full = fields.rewritten(
        schema_of(kind), whole, lambda m: secrets.get(m.path, m.value) if m.kind == "secret" else m.value
    )
    return _without_nulls(kind, full)


def _without_nulls(kind: Kind, config: dict[str, JSON]) -> dict[str, JSON]:
    """A secret that is not set is absent, so that the form says that it is missing, not that it is no text."""
    return {key: value for key, value in config.items() if value is not None or not _is_secret_field(kind, key)}


def shown(kind: Kind | None, config: Mapping[str, JSON]) -> dict[str, JSON]:
    """The config for people, without the places of its secrets."""
    if kind is None:
        return dict(config)
    return {key: value for key, value in config.items() if value is not None or not _is_secret_field(kind, key)}


def missing_secrets(kind: Kind, hints: Mapping[str, str]) -> list[str]:
    """The secret fields that must be entered before it can be used, because its target was changed."""
    required = schema_of(kind).get("required", ())
    return [key for key in required if key not in hints and _is_secret_field(kind, key)]


def _is_secret_field(kind: Kind, key: str) -> bool:
    return any(mark.path == key for mark in _secret_marks(kind, {key: None}))


def _secret_marks(kind: Kind, config: Mapping[str, JSON]) -> Iterator[fields.Marked]:
    return (mark for mark in fields.marked(schema_of(kind), config) if mark.kind == "secret")


# --- judging --------------------------------------------------------------------------------------------------------


def problems(kind: Kind, config: Mapping[str, JSON], *, cleared: frozenset[str] = frozenset()) -> list[Problem]:
    """What is wrong with a whole config. Secrets that were just cleared may be missing."""
    found = [*_misplaced_templates(kind, config)]
    try:
        kind.Config.model_validate(config)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            path = ".".join(str(part) for part in fault["loc"])
            if not (fault["type"] == "missing" and path in cleared):
                found.append(_problem(kind, fault, path))
    return found


def parsed(kind: Kind, config: Mapping[str, JSON]) -> ConnectorConfig:
    """The config as its type wants it. Raises pydantic.ValidationError, whose text may hold values: show it nobody."""
    return kind.Config.model_validate(config)


def _problem(kind: Kind, fault: ErrorDetails, path: str) -> Problem:
    known = sorted(schema_of(kind).get("properties", {}))
    if fault["type"] == "missing":
        return Problem(f"“{path}” is missing.", path=f"config.{path}", hint=_about(kind, path), code="required")
    if fault["type"] == "extra_forbidden":
        hint = f"Known here: {', '.join(known)}."
        return Problem(f"There is no setting “{path}” here.", path=f"config.{path}", hint=hint, code="unknown")
    text = fault["msg"].removeprefix("Value error, ")
    return Problem(f"“{path}”: {text[:1].lower()}{text[1:]}.".replace("..", "."), path=f"config.{path}")


def _about(kind: Kind, path: str) -> str:
    field = schema_of(kind).get("properties", {}).get(path, {})
    about = (field.get("description") or field.get("title") or "").rstrip(".")
    return f"Add “{path}” ({about})." if about else f"Add “{path}”."


def _misplaced_templates(kind: Kind, config: Mapping[str, JSON]) -> Iterator[Problem]:
    """Templates may stand in secret fields alone: the target of a connector must not depend on anything else."""
    secret = {mark.path for mark in _secret_marks(kind, config)}
    for path, text in _texts(config, ""):
        if "{{" in text and path not in secret:
            hint = "Templates such as {{ secrets.NAME }} can be used in the secret fields of a connector."
            yield Problem("This field takes no templates.", path=f"config.{path}", hint=hint, code="template")


def _texts(value: JSON, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")

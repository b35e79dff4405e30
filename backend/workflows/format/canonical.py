"""The one spelling of a document: keys in the order of the models, defaults left out."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import ValidationError

from backend.catalog.registry import Registry
from backend.catalog.steps import StepType
from backend.common.json import JSON
from backend.workflows.format.definition import Definition
from backend.workflows.format.steps import Step

_EXACT = 2**53  # whole numbers beyond it are not exact as floats


def canonical(definition: Definition, *, catalog: Registry[StepType[Any]] | None = None) -> dict[str, JSON]:
    """The document as it is stored, exported and compared."""
    types = StepType.registry if catalog is None else catalog
    dumped: dict[str, JSON] = definition.model_dump(mode="json", exclude_defaults=True)
    always = {"stepgraph": definition.stepgraph, "steps": [_step(step, types) for step in definition.steps]}
    dumped |= always
    plain: dict[str, JSON] = _plain_numbers({key: dumped[key] for key in Definition.model_fields if key in dumped})
    return plain


def canonical_or_same(document: JSON) -> JSON:
    """The one spelling of a document whose shape is right; any other one as it is."""
    try:
        return canonical(Definition.model_validate(document))
    except ValidationError:
        return document


def checksum(document: JSON) -> str:
    """SHA-256 of the document, whatever the order of its keys; what only the editor reads does not count."""
    counted = {key: value for key, value in document.items() if key != "ui"}
    text = json.dumps(counted, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _step(step: Step, types: Registry[StepType[Any]]) -> dict[str, JSON]:
    dumped: dict[str, JSON] = step.model_dump(mode="json", exclude_defaults=True)
    if dumped.get("retry") == {}:
        del dumped["retry"]  # no retries: the same as none
    if step.is_pinned:
        dumped["pinned_output"] = step.pinned_output
    config = dumped.pop("config", None)
    if config:
        dumped["config"] = _ordered(config, step.type, types)  # last: it is the longest
    return dumped


def _ordered(config: dict[str, JSON], kind: str, types: Registry[StepType[Any]]) -> dict[str, JSON]:
    """In the order of the type's form, since databases do not keep the order of keys."""
    if kind not in types:
        return config
    fields = [info.alias or name for name, info in types.get(kind).Config.model_fields.items()]
    known = {name: config[name] for name in fields if name in config}
    return known | config


def _plain_numbers(value: JSON) -> JSON:
    """1.0 → 1, as JavaScript writes it, so that a document is the same after a visit to the browser."""
    if isinstance(value, dict):
        return {key: _plain_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value

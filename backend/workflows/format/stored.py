"""Documents stored long ago: each step's settings are brought to what its type's file understands today."""

from __future__ import annotations

import copy
from typing import Any

from backend.catalog.registry import Registry
from backend.catalog.steps import StepType
from backend.common.json import JSON
from backend.workflows.format.definition import Definition


def stored(document: JSON, *, catalog: Registry[StepType[Any]] | None = None) -> Definition:
    """The definition of a stored version, ready to run; the stored document itself is never changed.

    Without its triggers: they live as rows, and one that the format of today would refuse must not end a job.
    """
    current = upgraded(document, catalog=catalog)
    return Definition.model_validate({**current, "triggers": []} if isinstance(current, dict) else current)


def upgraded(document: JSON, *, catalog: Registry[StepType[Any]] | None = None) -> JSON:
    """The document with every step's settings up to date; what cannot be read is left as it is."""
    steps = document.get("steps") if isinstance(document, dict) else None
    if not isinstance(steps, list):
        return document
    types = StepType.registry if catalog is None else catalog
    return {**document, "steps": [upgraded_step(step, types) if isinstance(step, dict) else step for step in steps]}


def upgraded_step(step: dict[str, JSON], types: Registry[StepType[Any]]) -> dict[str, JSON]:
    """One step; a type that has had one version only has nothing to bring up to date."""
    kind, config = step.get("type"), step.get("config")
    if not isinstance(kind, str) or not isinstance(config, dict) or kind not in types or types.get(kind).version == 1:
        return step
    try:
        return {**step, "config": types.get(kind).upgrade(copy.deepcopy(config))}
    except (AttributeError, LookupError, TypeError, ValueError):  # settings that no version could have written
        return step

"""At which steps a job may begin instead of at the entry steps. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from backend.common.json import JSON
from backend.common.problems import Problem
from backend.common.suggest import did_you_mean


def fault_of(definition: Mapping[str, JSON], step: str) -> Problem | None:
    """Why no job may begin at a step; none, if one may."""
    steps = {str(entry.get("id")): entry for entry in definition.get("steps", []) if isinstance(entry, dict)}
    undoing = {entry["compensate"]: id_ for id_, entry in steps.items() if isinstance(entry.get("compensate"), str)}
    if step not in steps:
        hint = did_you_mean(step, steps) or "Name a step of this workflow."
        return Problem(f"There is no step “{step}” to start at.", path="start_at", hint=hint, code="unknown_step")
    if parent := steps[step].get("parent"):
        message = f"No job can start at “{step}”: it runs inside “{parent}”."
        return Problem(message, path="start_at", hint=f"Start at “{parent}”.", code="scope")
    if step in undoing:
        message = f"No job can start at “{step}”: it only undoes “{undoing[step]}”, and stands outside the flow."
        return Problem(message, path="start_at", hint=f"Start at “{undoing[step]}”.", code="compensation")
    return None

"""Evaluation of a step's named expressions, with the name in every error."""

from __future__ import annotations

from collections.abc import Mapping

from backend.catalog.steps import StepContext, StepFailed
from backend.common.json import JSON


def evaluate(context: StepContext, expression: str, *, place: str) -> JSON:
    """The value of one expression; an error says which one of the step's it was."""
    try:
        return context.evaluate(expression)
    except StepFailed as exc:
        exc.message = f"{place}: {exc.message}"
        exc.args = (exc.message,)
        raise


def evaluate_all(context: StepContext, expressions: Mapping[str, str]) -> dict[str, JSON]:
    """The values by name."""
    return {name: evaluate(context, text, place=f"“{name}”") for name, text in expressions.items()}

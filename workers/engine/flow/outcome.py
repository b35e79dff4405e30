"""What the end of a step means for the flow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.catalog.steps import DONE, ERROR, StepFailed, StepType
from backend.common.json import JSON
from backend.workflows.format import Fallback
from backend.workflows.graph import Graph, Node
from workers.engine.flow.frame import failure_ports

_FALSE_BRANCHES = ("false", "else")


@dataclass(frozen=True, slots=True)
class FailureOutcome:
    """How a step's final failure goes on: `handled` when somebody deals with it."""

    handled: bool
    continued: bool
    taken: frozenset[str]
    output: JSON = None
    port: str = ""


def of_failure(graph: Graph, node: Node) -> FailureOutcome:
    """By `on_error` first, else by whether a later step waits for the failure."""
    on_error = node.step.on_error
    if isinstance(on_error, Fallback):
        return FailureOutcome(True, True, failure_ports(continued=True), output=on_error.fallback)
    if on_error == "continue":
        branches = StepType.registry.get(node.type).ports(node.step.config)
        port = next((branch for branch in _FALSE_BRANCHES if branch in branches), "")
        return FailureOutcome(True, True, failure_ports(continued=True, port=port or None), port=port)
    watched = any(
        ref.step == node.id and ref.port in {ERROR, DONE}
        for id_ in graph.dependents[node.id]
        for ref in graph.nodes[id_].after
    )
    return FailureOutcome(watched, False, failure_ports(continued=False))


_PLACE = ("step", "step_name", "path", "attempt")


def of_container(message: str, error: Mapping[str, JSON]) -> StepFailed:
    """The failure of a container, made of that of a step inside which nobody handled."""
    return StepFailed(
        message,
        error_type=error["type"],
        retryable=bool(error.get("retryable")),
        line=error.get("line"),
        cause=error.get("cause") or {key: error[key] for key in _PLACE if key in error},
    )


def where_it_began(error: Mapping[str, JSON]) -> dict[str, JSON]:
    """The same error with the place of the step that failed at first, instead of that of the containers around it."""
    around = {key: value for key, value in error.items() if key not in {"cause", "step_name"}}
    return {**around, **error["cause"]} if "cause" in error else dict(error)

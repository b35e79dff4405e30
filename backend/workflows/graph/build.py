"""From a definition to its graph."""

from __future__ import annotations

from collections.abc import Iterable

from backend.workflows.format.definition import Definition
from backend.workflows.format.steps import Step
from backend.workflows.graph.model import Graph, Node, Ref


def build(definition: Definition) -> Graph:
    """The graph of a definition. Never fails: of steps with the same id the first one counts."""
    return build_steps(definition.steps)


def build_steps(steps: Iterable[Step]) -> Graph:
    """The graph of some steps."""
    nodes: dict[str, Node] = {}
    for order, step in enumerate(steps):
        nodes.setdefault(step.id, _node(step, order))
    return Graph(
        nodes=nodes,
        scopes=_scopes(nodes),
        dependents=_dependents(nodes),
        compensations=frozenset(node.step.compensate for node in nodes.values() if node.step.compensate in nodes),
    )


def _node(step: Step, order: int) -> Node:
    return Node(
        id=step.id,
        type=step.type,
        name=step.label,
        after=tuple(dict.fromkeys(Ref.parse(text) for text in step.after)),
        join=step.join,
        parent=step.parent,
        order=order,
        priority=step.priority,
        output=step.output_name,
        enabled=step.enabled,
        step=step,
    )


def _scopes(nodes: dict[str, Node]) -> dict[str | None, tuple[str, ...]]:
    scopes: dict[str | None, list[str]] = {None: []}
    for node in nodes.values():
        scopes.setdefault(node.parent, []).append(node.id)
    return {scope: tuple(ids) for scope, ids in scopes.items()}


def _dependents(nodes: dict[str, Node]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {id_: {} for id_ in nodes}
    for node in nodes.values():
        for ref in node.after:
            if ref.step in found:
                found[ref.step][node.id] = None
    return {id_: tuple(ids) for id_, ids in found.items()}

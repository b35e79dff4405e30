"""Places in a job by their paths: which ones are inside a container. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from backend.catalog.steps import StepType
from backend.workflows.graph import Graph, Node


def inside(graph: Graph, node: Node, *, prefix: str) -> list[str]:
    """All that can be recorded inside a container: paths, and beginnings of paths, which end with “[”."""
    members = [graph.nodes[id_] for id_ in graph.scopes.get(node.id, ())]
    if StepType.registry.get(node.type).body_variables(node.step.config):  # it repeats its body: a loop
        return [f"{prefix}{node.id}["]
    found = [f"{prefix}{member.id}" for member in members]
    for member in members:
        if graph.scopes.get(member.id):
            found += inside(graph, member, prefix=prefix)
    return found


def fits(path: str, places: Sequence[str]) -> bool:
    """Whether a path is among some places."""
    return any(path.startswith(place) if place.endswith("[") else path == place for place in places)

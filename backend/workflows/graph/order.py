"""Order and cycles: Kahn's algorithm, and one printed path for each knot that is left."""

from __future__ import annotations

from collections import deque

from backend.workflows.graph.model import Graph


def topological(graph: Graph) -> tuple[str, ...]:
    """Step ids so that each comes after those it waits for; steps on or behind a cycle are left out."""
    waiting = {id_: sum(ref.step in graph.nodes for ref in node.after) for id_, node in graph.nodes.items()}
    ready = deque(id_ for id_, count in waiting.items() if count == 0)
    order: list[str] = []
    while ready:
        id_ = ready.popleft()
        order.append(id_)
        for dependent in graph.dependents[id_]:
            waiting[dependent] -= sum(ref.step == id_ for ref in graph.nodes[dependent].after)
            if waiting[dependent] == 0:
                ready.append(dependent)
    return tuple(order)


def find_cycles(graph: Graph) -> list[tuple[str, ...]]:
    """Cycles as paths that end where they began, at least one for every knot; in the direction of the flow."""
    left = set(graph.nodes) - set(topological(graph))
    cycles: list[tuple[str, ...]] = []
    for id_ in graph.nodes:
        if id_ in left:
            cycle = _walk_back(graph, id_, left)
            if cycle:
                cycles.append(cycle)
                left -= set(cycle)
            else:
                left.discard(id_)
    return cycles


def _walk_back(graph: Graph, start: str, left: set[str]) -> tuple[str, ...]:
    """From a step that is left over, always to a left-over step that it waits for, until one comes again."""
    trail: list[str] = [start]
    position = {start: 0}
    while True:
        previous = next((ref.step for ref in graph.nodes[trail[-1]].after if ref.step in left), None)
        if previous is None:
            return ()
        if previous in position:
            loop = trail[position[previous] :]
            return (previous, *reversed(loop))
        position[previous] = len(trail)
        trail.append(previous)

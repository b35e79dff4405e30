"""What must have happened for a step to run: the ports that every way to it goes through.

Two steps whose guards contradict each other never run in the same job; a step whose own guards do, never runs at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from backend.workflows.graph.model import Graph, Node, Ref
from backend.workflows.graph.order import topological

_NEXT, _ERROR, _DONE, _SKIPPED = "next", "error", "done", "skipped"
_OF_ALL: Final = frozenset({_NEXT, _ERROR, _DONE, _SKIPPED})

Ports = Callable[[str], Iterable[str]]
"""The ports of a step beyond those that every step has."""


@dataclass(frozen=True, slots=True)
class Guards:
    """For each step the ports that must be taken before it can run; steps on cycles have none."""

    of: dict[str, frozenset[Ref]]
    ports: dict[str, frozenset[str]]
    nodes: dict[str, Node]

    def contradiction(self, *steps: str) -> tuple[Ref, Ref] | None:
        """Two ports of which only one is ever taken, and which these steps need together; nothing if there are none."""
        needed = {ref for step in steps for ref in self.of.get(step, ())}
        if len({ref.step for ref in needed}) == len(needed):
            return None  # the usual case: no step is needed by two of its ports
        ports: dict[str, list[Ref]] = {}
        for ref in sorted(needed, key=str):
            ports.setdefault(ref.step, []).append(ref)
        pairs = (pair for refs in ports.values() for pair in combinations(refs, 2))
        return next(((one, other) for one, other in pairs if self._exclude(one, other)), None)

    def _exclude(self, one: Ref, other: Ref) -> bool:
        """Whether two ports of one step are never both taken in one job."""
        if one.port == other.port:
            return False
        own = self.ports.get(one.step, frozenset())
        names = {one.port, other.port}
        node = self.nodes[one.step]
        if _SKIPPED in names:
            return node.enabled  # a disabled step is skipped, and lets the flow go on all the same
        if names <= own:
            return True
        return _ERROR in names and bool(names & ({_NEXT} | own)) and node.step.on_error == "fail"


def guards(graph: Graph, ports: Ports) -> Guards:
    """The guards of every step. A container's hold for all that is in it."""
    found: dict[str, frozenset[Ref]] = {}
    for id_ in topological(graph):
        found[id_] = _needed(graph.nodes[id_], found)
    full = {id_: found[id_].union(*(found.get(c, frozenset()) for c in graph.containers(id_))) for id_ in found}
    return Guards(full, {id_: frozenset(ports(id_)) - _OF_ALL for id_ in graph.nodes}, graph.nodes)


def _needed(node: Node, found: dict[str, frozenset[Ref]]) -> frozenset[Ref]:
    """What every reference needs: for `join: all` all of it, else the part that they have in common."""
    ways = [_way(ref, found) for ref in node.after if ref.step in found]
    if not ways:
        return frozenset()
    return frozenset().union(*ways) if node.join == "all" else ways[0].intersection(*ways[1:])


def _way(ref: Ref, found: dict[str, frozenset[Ref]]) -> frozenset[Ref]:
    if ref.port == _SKIPPED:  # what the step itself needs was not there
        return frozenset({ref})
    return found[ref.step] | {ref}

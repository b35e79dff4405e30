"""What the graph is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from backend.workflows.format.steps import Step

DEFAULT_PORT = "next"


class Ref(NamedTuple):
    """A port of a step that another step waits for."""

    step: str
    port: str = DEFAULT_PORT

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Reads `step` or `step.port`."""
        step, _, port = text.partition(".")
        return cls(step, port or DEFAULT_PORT)

    def __str__(self) -> str:
        return self.step if self.port == DEFAULT_PORT else f"{self.step}.{self.port}"


@dataclass(frozen=True, slots=True)
class Node:
    """A step in its place."""

    id: str
    type: str
    name: str
    after: tuple[Ref, ...]
    join: str  # any | all | first
    parent: str | None
    order: int  # in the document
    priority: int  # 0 goes first
    output: str  # the variable's name
    enabled: bool
    step: Step

    def rank(self) -> tuple[int, int]:
        """Its place among steps that are ready at the same time."""
        return self.priority, self.order


@dataclass(frozen=True, slots=True)
class Graph:
    """All steps of a definition; references to steps that do not exist are kept in `after` and lead nowhere."""

    nodes: dict[str, Node]
    scopes: dict[str | None, tuple[str, ...]]  # step ids by container, in document order; None is the top
    dependents: dict[str, tuple[str, ...]]  # who waits for a step, in document order
    compensations: frozenset[str]  # steps that only ever undo others: never entry steps
    memo: dict[str, object] = field(default_factory=dict, repr=False, compare=False)  # what was found out about steps
    _ancestors: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
    _first: dict[str | None, tuple[Node, ...]] = field(default_factory=dict, repr=False, compare=False)

    def entries(self, scope: str | None = None) -> tuple[str, ...]:
        """The steps that start together when the scope starts."""
        members = self.scopes.get(scope, ())
        return tuple(id_ for id_ in members if not self.nodes[id_].after and id_ not in self.compensations)

    def first(self, scope: str | None) -> tuple[Node, ...]:
        """The same, in the order in which they start: by priority, then as in the document."""
        known = self._first.get(scope)
        if known is None:
            nodes = sorted((self.nodes[id_] for id_ in self.entries(scope)), key=Node.rank)
            known = self._first[scope] = tuple(nodes)
        return known

    def containers(self, step_id: str) -> Iterator[str]:
        """The containers around a step, from the inside to the outside."""
        seen = {step_id}
        parent = self.nodes[step_id].parent
        while parent is not None and parent in self.nodes and parent not in seen:
            yield parent
            seen.add(parent)
            parent = self.nodes[parent].parent

    def compensation_of(self, step_id: str) -> str | None:
        """The compensation that a step is, or is inside of; None for a step of the normal path."""
        around = (step_id, *(self.containers(step_id) if step_id in self.nodes else ()))
        return next((id_ for id_ in around if id_ in self.compensations), None)

    def descendants(self, scope: str) -> frozenset[str]:
        """All steps in a container, at any depth."""
        found: set[str] = set()
        todo = list(self.scopes.get(scope, ()))
        while todo:
            id_ = todo.pop()
            if id_ not in found:
                found.add(id_)
                todo.extend(self.scopes.get(id_, ()))
        return frozenset(found)

    def ancestors(self, step_id: str) -> frozenset[str]:
        """The steps that are decided before this one starts: those it waits for, and those that its containers do."""
        known = self._ancestors.get(step_id)
        if known is None:
            known = self._ancestors[step_id] = frozenset(self._find_ancestors(step_id))
        return known

    def _find_ancestors(self, step_id: str) -> set[str]:
        found: set[str] = set()
        todo = [step_id, *self.containers(step_id)]
        while todo:
            for ref in self.nodes[todo.pop()].after:
                if ref.step not in self.nodes or ref.step in found:
                    continue
                found.add(ref.step)
                known = self._ancestors.get(ref.step)
                if known is None:
                    todo.append(ref.step)
                else:
                    found |= known
        return found

"""The document under judgement, with as much of it understood as its faults allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.catalog.fields import Marked, marked
from backend.catalog.steps import StepType
from backend.common.json import JSON
from backend.workflows.format import Step
from backend.workflows.format.schema import config_schema
from backend.workflows.graph import Graph, Guards

Kind = type[StepType[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """A step and where it stands in the document."""

    index: int
    step: Step
    kind: Kind | None  # None: no such type

    def path(self, inner: str = "") -> str:
        """The JSON path of something in the step."""
        return f"steps[{self.index}].{inner}" if inner else f"steps[{self.index}]"

    @property
    def ports(self) -> tuple[str, ...]:
        """The ports beyond those that every step has."""
        return self.kind.ports(self.step.config) if self.kind else ()

    @property
    def marked(self) -> Iterator[Marked]:
        """The expressions, templates and code in the step's settings."""
        return marked(config_schema(self.kind), self.step.config) if self.kind else iter(())


@dataclass(frozen=True, slots=True)
class Subject:
    """What the checks work on. Steps whose id cannot be read are not in it; their faults are known already."""

    document: Mapping[str, JSON]
    places: tuple[Place, ...]  # every step, also those whose id is taken already
    graph: Graph
    guards: Guards
    by_id: Mapping[str, Place]  # the first step of each id
    loops: Mapping[str, tuple[str, ...]]  # the containers that give their body variables, with these
    by_title: Mapping[str, str]  # steps by what one expects a result to be called who reads only the name
    input_names: tuple[str, ...]

"""What a version's document comes to, made once for each worker: a version never changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from backend.workflows.format import Definition
from backend.workflows.format.stored import stored
from backend.workflows.graph import Graph, build
from backend.workflows.models import WorkflowVersion

_MOST = 256  # versions that a worker keeps


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked document and its graph."""

    definition: Definition
    graph: Graph
    names_variables: bool  # whether it seems to name variables of the organisation: most do not


_plans: dict[UUID, Plan] = {}
_lock = Lock()


def plan_of(version: WorkflowVersion) -> Plan:
    """The plan of a version; only when it is not known is the document read."""
    known = _plans.get(version.id)
    if known is not None:
        return known
    definition = stored(version.definition)
    made = Plan(definition, build(definition), names_variables="vars" in json.dumps(version.definition))
    with _lock:
        if len(_plans) >= _MOST:  # the oldest one goes
            _plans.pop(next(iter(_plans)))
        return _plans.setdefault(version.id, made)

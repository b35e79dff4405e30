"""The graph of a definition: nodes, scopes, ports, order. Plain Python: planning is tested without Django."""

from __future__ import annotations

from backend.workflows.graph.build import build
from backend.workflows.graph.guards import Guards, guards
from backend.workflows.graph.model import Graph, Node, Ref
from backend.workflows.graph.order import find_cycles, topological

__all__ = ["Graph", "Guards", "Node", "Ref", "build", "find_cycles", "guards", "topological"]

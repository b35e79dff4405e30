"""A definition as a Mermaid flowchart, for texts and reviews."""

from __future__ import annotations

from collections.abc import Iterator

from backend.workflows.format import Definition
from backend.workflows.graph import Graph, Node, build
from backend.workflows.graph.model import DEFAULT_PORT

_ESCAPES = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "\n": " ", "`": "'"}


def flowchart(definition: Definition) -> str:
    """The picture's source: containers as boxes around their steps, ports on the arrows."""
    graph = build(definition)
    lines = ["flowchart TD", *_scope(graph, None, 1)]
    for trigger in definition.triggers:
        lines.append(f'    trigger_{trigger.id}(["{_text(trigger.type)}: {_text(trigger.id)}"])')
        targets = (trigger.start_at,) if trigger.start_at else graph.entries()
        lines.extend(f"    trigger_{trigger.id} --> {_id(target)}" for target in targets)
    lines.extend(edge for node in graph.nodes.values() for edge in _edges(node))
    return "\n".join(lines) + "\n"


def _scope(graph: Graph, scope: str | None, depth: int) -> Iterator[str]:
    indent = "    " * depth
    for id_ in graph.scopes.get(scope, ()):
        node = graph.nodes[id_]
        if id_ in graph.scopes:
            yield f'{indent}subgraph {_id(id_)}["{_text(node.name)}"]'
            yield from _scope(graph, id_, depth + 1)
            yield f"{indent}end"
        else:
            yield f"{indent}{_id(id_)}{_shape(node)}"


def _shape(node: Node) -> str:
    label = f'"{_text(node.name)}"'
    return f"{{{label}}}" if node.type == "condition" else f"([{label}])" if node.type == "output" else f"[{label}]"


def _edges(node: Node) -> Iterator[str]:
    for ref in node.after:
        label = f'|"{_text(ref.port)}"|' if ref.port != DEFAULT_PORT else ""
        yield f"    {_id(ref.step)} -->{label} {_id(node.id)}"
    if node.step.compensate:
        yield f'    {_id(node.id)} -.->|"undone by"| {_id(node.step.compensate)}'


def _id(step: str) -> str:
    return f"step_{step}"  # words such as `end` mean something to Mermaid


def _text(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)

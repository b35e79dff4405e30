"""Steps written inside other steps: branches of a condition, bodies of loops and groups, become `after` and `parent`.

Inside such a list the steps follow each other, unless one of them says itself what it waits for.
"""

from __future__ import annotations

from collections.abc import Iterator

from backend.common.json import JSON
from backend.workflows.format.spelling import MAX_DEPTH, snake

_BRANCH_KEYS = {
    "true_branch": "true",
    "false_branch": "false",
    "true_steps": "true",
    "false_steps": "false",
    "else_branch": "else",
}


def flatten(document: dict[str, JSON]) -> dict[str, JSON]:
    """The document with all steps in one list, each right after the one that it was written in."""
    if not isinstance(document.get("steps"), list):
        return document
    return {**document, "steps": list(_flat(document["steps"], depth=0))}


def _flat(steps: list[JSON], *, depth: int) -> Iterator[JSON]:
    for raw in steps:
        if not isinstance(raw, dict) or depth > MAX_DEPTH:
            yield raw
            continue
        step, branches, body = _taken_apart(raw)
        yield step
        for port, members in branches:
            first = f"{step.get('id')}.{port}"
            yield from _flat(_chained(members, first=first, parent=step.get("parent")), depth=depth + 1)
        yield from _flat(_chained(body, first=None, parent=step.get("id")), depth=depth + 1)


def _taken_apart(raw: dict[str, JSON]) -> tuple[dict[str, JSON], list[tuple[str, list[JSON]]], list[JSON]]:
    """The step without what was written in it, its branches by port, and its body."""
    step = dict(raw)
    if isinstance(step.get("config"), dict):
        step["config"] = dict(step["config"])
    branches: list[tuple[str, list[JSON]]] = []
    body: list[JSON] = []
    for place in (step, step.get("config")):
        if isinstance(place, dict):
            for key in list(place):
                found = _branches_of(snake(str(key)), place[key])
                if found is not None:
                    del place[key]
                    branches.extend(found)
            if _are_steps(place.get("steps")):
                body.extend(place.pop("steps"))
    return step, branches, body


def _branches_of(key: str, value: JSON) -> list[tuple[str, list[JSON]]] | None:
    if key in _BRANCH_KEYS and _are_steps(value):
        return [(_BRANCH_KEYS[key], value)]
    if key != "branches":
        return None
    if isinstance(value, dict) and all(_are_steps(members) for members in value.values()):
        return [(_port(name), members) for name, members in value.items()]
    if isinstance(value, list) and all(isinstance(b, dict) and _are_steps(b.get("steps")) for b in value):
        return [(_port(b.get("name", b.get("port", b.get("when")))), b["steps"]) for b in value]
    return None


def _port(name: JSON) -> str:
    text = str(name)  # YAML's true and false come as booleans
    return text.lower() if text in {"True", "False", "TRUE", "FALSE", "ELSE", "Else"} else text


def _are_steps(value: JSON) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _chained(members: list[JSON], *, first: str | None, parent: JSON) -> list[JSON]:
    own_order = any("after" in member for member in members)
    chained: list[JSON] = []
    previous = first
    for member in members:
        step = dict(member)
        if parent is not None:
            step.setdefault("parent", parent)
        if "after" not in step and previous is not None:
            step["after"] = [previous]
        if not own_order and isinstance(step.get("id"), str):
            previous = step["id"]
        chained.append(step)
    return chained

"""Parts of a document that run by themselves: one step for a test, or what leads to a step. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from backend.catalog.registry import UnknownType
from backend.catalog.steps import StepType
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.common.suggest import did_you_mean

Document = dict[str, JSON]

_AFTERWARDS = 2.0  # seconds, so that a step that is too slow says so itself

# What belongs to the life of a step in a workflow, and not to what it does: a test is one plain attempt.
_LIFE = frozenset(
    {"after", "join", "parent", "enabled", "retry", "on_error", "compensate", "cache", "circuit_breaker",
     "on_interrupt", "pinned_output"}
)  # fmt: skip


def single(document: Mapping[str, JSON], step: str, *, given: Collection[str], seconds: float) -> Document:
    """The step as a workflow of its own, with its body; a loop around it runs once.

    A loop whose variables are among the `given` names is left out: they are known. Raises Invalid.
    """
    by_id = _by_id(document)
    target = _wanted(by_id, step)
    around = list(_around(by_id, target, given=given))
    parent = around[0]["id"] if around else None
    bare = {name: value for name, value in target.items() if name not in _LIFE}
    timeout = target.get("timeout")
    bare["timeout"] = min(timeout, seconds) if isinstance(timeout, int | float) else seconds
    steps = [*reversed(around), bare | ({"parent": parent} if parent else {}), *_inside(by_id, step)]
    settings = document.get("settings")
    kept = {"sandbox": settings["sandbox"]} if isinstance(settings, dict) and "sandbox" in settings else {}
    return {
        "stepgraph": 1,
        "name": document.get("name") or "Step test",
        "settings": {**kept, "timeout": seconds + _AFTERWARDS},
        "steps": steps,
    }


def until(document: Mapping[str, JSON], step: str) -> Document:
    """The document with nothing but the step and what it waits for. Raises Invalid."""
    by_id = _by_id(document)
    _wanted(by_id, step)
    kept = _leading_to(by_id, [step])
    steps = [entry for entry in by_id.values() if entry["id"] in kept]
    rest = {name: value for name, value in document.items() if name not in {"steps", "triggers", "ui"}}
    return {**rest, "steps": steps}


def ids_of(document: Mapping[str, JSON]) -> frozenset[str]:
    """The steps of an excerpt."""
    return frozenset(_by_id(document))


def with_names(document: Mapping[str, JSON], names: Iterable[str]) -> Document:
    """The document in which these names are inputs, so that every expression may use them."""
    inputs = document.get("inputs")
    properties = inputs.get("properties") if isinstance(inputs, dict) else None
    known = properties if isinstance(properties, dict) else {}
    return {**document, "inputs": {"type": "object", "properties": {**{name: {} for name in names}, **known}}}


def _by_id(document: Mapping[str, JSON]) -> dict[str, Document]:
    steps = document.get("steps")
    found: dict[str, Document] = {}
    for entry in steps if isinstance(steps, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            found.setdefault(entry["id"], entry)
    return found


def _wanted(by_id: Mapping[str, Document], step: str) -> Document:
    if step not in by_id:
        hint = did_you_mean(step, by_id) or "Give the id of a step of the definition."
        problem = Problem(f"There is no step “{step}”.", path="step", hint=hint, code="unknown_step")
        raise Invalid(problem.message, problems=[problem])
    return by_id[step]


def _around(by_id: Mapping[str, Document], step: Document, *, given: Collection[str]) -> Iterator[Document]:
    """The loops that the step needs around it, the nearest first, each going around once."""
    containers = list(_parents(by_id, step))
    needed = [(entry, once) for entry in containers if (once := _once(entry, given=given)) is not None]
    for index, (entry, config) in enumerate(needed):
        bare = {name: value for name, value in entry.items() if name not in _LIFE}
        outer = {"parent": needed[index + 1][0]["id"]} if index + 1 < len(needed) else {}
        yield {**bare, "config": config, **outer}


def _parents(by_id: Mapping[str, Document], step: Document) -> Iterator[Document]:
    seen = {step["id"]}
    parent = step.get("parent")
    while isinstance(parent, str) and parent in by_id and parent not in seen:
        seen.add(parent)
        yield by_id[parent]
        parent = by_id[parent].get("parent")


def _once(container: Document, *, given: Collection[str]) -> Document | None:
    config = container.get("config")
    config = config if isinstance(config, dict) else {}
    try:
        kind = StepType.registry.get(str(container.get("type")))
    except UnknownType:
        return None
    names = kind.body_variables(config)
    return None if not names or set(names) & set(given) else kind.once(config)


def _inside(by_id: Mapping[str, Document], container: str) -> list[Document]:
    inside = {container}
    size = 0
    while len(inside) > size:
        size = len(inside)
        inside |= {id_ for id_, entry in by_id.items() if entry.get("parent") in inside}
    return [entry for id_, entry in by_id.items() if id_ in inside and id_ != container]


def _leading_to(by_id: Mapping[str, Document], steps: Iterable[str]) -> set[str]:
    """These, all that they wait for, what is around them, what is inside of what came before, and what undoes it."""
    wanted = set(steps)
    kept: set[str] = set()
    todo = list(wanted)
    while todo:
        id_ = todo.pop()
        if id_ in kept or id_ not in by_id:
            continue
        kept.add(id_)
        entry = by_id[id_]
        after = entry.get("after")
        before = [str(ref).partition(".")[0] for ref in after] if isinstance(after, list) else []
        todo += [*before, *(str(entry[name]) for name in ("parent", "compensate") if entry.get(name))]
        # Of a container that is passed on the way, everything runs; of one around the step, only what leads to it.
        whole = [*before, id_] if id_ in wanted else before
        todo += [inner["id"] for container in whole for inner in _inside(by_id, container)]
    return kept

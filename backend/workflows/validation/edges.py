"""Ids, references, scopes and cycles."""

from __future__ import annotations

from collections.abc import Mapping

from backend.catalog.steps import COMMON_PORTS
from backend.workflows.format.names import RESERVED
from backend.workflows.graph import Ref, find_cycles
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Place, Subject


def check(subject: Subject, findings: Findings) -> None:
    """Notes every edge that leads nowhere, or in a circle."""
    known = subject.by_id
    for place in subject.places:
        _check_id(place, known, findings)
        _check_parent(place, known, findings)
        _check_compensate(place, known, findings)
        _check_outside_flow(place, subject, findings)
        for number, text in enumerate(place.step.after):
            _check_ref(place, number, Ref.parse(text), known, findings)
    _check_cycles(subject, known, findings)


def _check_id(place: Place, known: Mapping[str, Place], findings: Findings) -> None:
    step = place.step
    if known[step.id].index != place.index:
        message = f"Two steps have the id “{step.id}”."
        findings.error(
            "duplicate_id", message, path=place.path("id"), step=step.id, hint="Give one of them another id."
        )
    if step.output_name in RESERVED:
        field = "output" if step.output else "id"
        findings.error(
            "reserved_name",
            f"“{step.output_name}” has a meaning of its own and cannot hold a step's result.",
            path=place.path(field),
            step=step.id,
            hint="Set “output” to another name." if field == "id" else "Choose another name.",
        )


def _check_parent(place: Place, known: Mapping[str, Place], findings: Findings) -> None:
    parent = place.step.parent
    if parent is None:
        return
    path, step = place.path("parent"), place.step.id
    if parent not in known:
        hint = findings.suggest(parent, known) or "Name a loop or a group of this workflow."
        findings.error("unknown_step", f"There is no step “{parent}”.", path=path, step=step, hint=hint)
    elif (kind := known[parent].kind) is not None and not kind.container:
        message = f"“{parent}” is a {kind.label.lower()} step, which holds no other steps."
        findings.error("scope", message, path=path, step=step, hint="Name a loop or a group, or use “after”.")


def _check_compensate(place: Place, known: Mapping[str, Place], findings: Findings) -> None:
    target, path, step = place.step.compensate, place.path("compensate"), place.step.id
    if target is not None and target not in known:
        hint = findings.suggest(target, known) or "Name a step of this workflow."
        findings.error("unknown_step", f"There is no step “{target}”.", path=path, step=step, hint=hint)
    elif target == step:
        findings.error("compensation", "A step cannot undo itself.", path=path, step=step, hint="Name another step.")
    elif target is not None and known[target].step.parent != place.step.parent:
        message = f"“{target}” is in another scope, and cannot undo “{step}”."
        findings.error("scope", message, path=path, step=step, hint="Move it next to the step that it undoes.")
    elif target is not None and (other := _first_undone(target, known)) != step:
        message = f"“{target}” undoes “{other}” already, and what it does could not be told apart."
        findings.error("compensation", message, path=path, step=step, hint=f"Give “{step}” a copy of “{target}”.")


def _first_undone(target: str, known: Mapping[str, Place]) -> str:
    return next(id_ for id_, one in known.items() if one.step.compensate == target)


def _check_outside_flow(place: Place, subject: Subject, findings: Findings) -> None:
    step = place.step.id
    if step in subject.graph.compensations and (place.step.after or subject.graph.dependents[step]):
        message = f"“{step}” undoes another step: it stands outside the flow."
        hint = "Remove its “after”, and every “after” that names it."
        findings.error("compensation", message, path=place.path("after"), step=step, hint=hint)


def _check_ref(place: Place, number: int, ref: Ref, known: Mapping[str, Place], findings: Findings) -> None:
    path, step = place.path(f"after[{number}]"), place.step.id
    target = known.get(ref.step)
    if target is None:
        hint = findings.suggest(ref.step, known) or f"Known steps: {', '.join(list(known)[:20])}."
        message = f"“{step}” waits for “{ref.step}”, which does not exist."
        findings.error("unknown_step", message, path=path, step=step, hint=hint)
        return
    if target.step.parent != place.step.parent:
        findings.error("scope", _other_scope(place, target), path=path, step=step, hint=_scope_hint(place, target))
    ports = (*target.ports, *COMMON_PORTS)
    if target.kind is not None and ref.port not in ports:
        hint = f"{findings.suggest(ref.port, ports)} Ports of “{ref.step}”: {', '.join(ports)}.".strip()
        message = f"“{ref.step}” has no port “{ref.port}”."
        findings.error("unknown_port", message, path=path, step=step, hint=hint)


def _other_scope(place: Place, target: Place) -> str:
    inside = f"inside “{target.step.parent}”" if target.step.parent else "outside of it"
    return f"“{place.step.id}” waits for “{target.step.id}”, which is {inside}."


def _scope_hint(place: Place, target: Place) -> str:
    if target.step.parent:
        return f"Wait for “{target.step.parent}” instead."
    return f"Let “{place.step.parent}” wait for “{target.step.id}” instead."


def _check_cycles(subject: Subject, known: Mapping[str, Place], findings: Findings) -> None:
    for cycle in find_cycles(subject.graph):
        findings.error(
            "cycle",
            f"These steps wait for each other in a cycle: {' → '.join(cycle)}.",
            path=known[cycle[0]].path("after"),
            step=cycle[0],
            hint="Remove one of the connections. To repeat steps, put them in a loop.",
        )
    for chain in _undoing(known):
        findings.error(
            "cycle",
            f"These steps undo each other in a cycle: {' → '.join(chain)}.",
            path=known[chain[0]].path("compensate"),
            step=chain[0],
            hint="Remove one of the “compensate”.",
        )
    for cycle in _nests(subject):
        findings.error(
            "cycle",
            f"These steps contain each other in a cycle: {' → '.join(cycle)}.",
            path=known[cycle[0]].path("parent"),
            step=cycle[0],
            hint="Remove one of the parents.",
        )


def _nests(subject: Subject) -> list[tuple[str, ...]]:
    """Containers that are inside themselves."""
    return _rings({node.id: node.parent for node in subject.graph.nodes.values()})


def _undoing(known: Mapping[str, Place]) -> list[tuple[str, ...]]:
    """Steps that undo each other in a ring; one that undoes itself is told elsewhere."""
    links = {id_: place.step.compensate for id_, place in known.items() if place.step.compensate != id_}
    return _rings(links)


def _rings(links: Mapping[str, str | None]) -> list[tuple[str, ...]]:
    """Rings in a graph in which every step points at one other at most."""
    done, rings = set[str](), []
    for start in links:
        trail: list[str] = []
        id_: str | None = start
        while id_ is not None and id_ in links and id_ not in done:
            done.add(id_)
            trail.append(id_)
            id_ = links[id_]
        if id_ is not None and id_ in trail:
            rings.append((*trail[trail.index(id_) :], id_))
    return rings

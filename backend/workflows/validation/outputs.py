"""Variables that two steps write, and steps that can never run."""

from __future__ import annotations

from itertools import combinations

from backend.catalog.steps import ERROR, SKIPPED
from backend.workflows.graph import Graph, Guards, Ref
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Subject

MAX_WRITERS = 20  # of one variable; more are compared no further


def check(subject: Subject, findings: Findings) -> None:
    """Notes what the graph says about results: who overwrites whom, and who never gives any."""
    _check_reachable(subject, findings)
    for (name, _), writers in _writers(subject).items():
        for first, second in combinations(writers[:MAX_WRITERS], 2):
            _check_pair(name, first, second, subject, findings)


def _writers(subject: Subject) -> dict[tuple[str, str | None], list[str]]:
    """The steps that write each variable, by the loop in whose body they are: each iteration has its own variables."""
    found: dict[tuple[str, str | None], list[str]] = {}
    for node in subject.graph.nodes.values():
        if node.enabled and node.id not in subject.graph.compensations:
            loop = next((c for c in subject.graph.containers(node.id) if c in subject.loops), None)
            found.setdefault((node.output, loop), []).append(node.id)
    return found


def _check_pair(name: str, first: str, second: str, subject: Subject, findings: Findings) -> None:
    graph, place = subject.graph, subject.by_id[second]
    if subject.guards.contradiction(first, second) or _stands_in(subject, first, second):
        return
    path = place.path("output" if place.step.output else "id")
    if _follows(graph, first, second) or _follows(graph, second, first):
        message = f"“{second}” and “{first}” both write “{name}”: the later one replaces the result of the earlier one."
        findings.warn("overwritten", message, path=path, step=second, hint="Set “output” of one to another name.")
        return
    message = (
        f"“{first}” and “{second}” both write “{name}” and can both run, so either result may be the one that stays."
    )
    hint = "Set “output” of one to another name, or let only one of them run."
    findings.error("duplicate_output", message, path=path, step=second, hint=hint)


def _follows(graph: Graph, first: str, second: str) -> bool:
    """Whether the second one starts only when the first one is decided."""
    return first in graph.ancestors(second) or bool(graph.ancestors(second) & set(graph.containers(first)))


def _stands_in(subject: Subject, first: str, second: str) -> bool:
    """Whether one of them runs only when the other one has given no result."""
    guards = subject.guards.of
    without = {
        (one, Ref(other, port)) for one, other in ((first, second), (second, first)) for port in (ERROR, SKIPPED)
    }
    return any(ref in guards.get(one, ()) for one, ref in without)


def _check_reachable(subject: Subject, findings: Findings) -> None:
    guards: Guards = subject.guards
    told: set[tuple[str, str]] = set()
    for place in subject.places:
        found = guards.contradiction(place.step.id)
        if found is None or subject.by_id[place.step.id] is not place:
            continue
        one, other = (str(ref) if ref.port != "next" else f"{ref.step}.next" for ref in found)
        if (one, other) in told:
            continue  # the first one says it for all that come after it
        told.add((one, other))
        findings.error(
            "unreachable",
            f"“{place.step.id}” can never run: of “{one}” and “{other}”, which it needs both, only one is ever taken.",
            path=place.path("join" if place.step.join == "all" else "after"),
            step=place.step.id,
            hint="Set “join” to “any”, or connect it differently.",
        )

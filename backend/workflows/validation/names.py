"""Expressions and templates: their syntax, and whether every name in them can have a value when the step runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from backend import expressions
from backend.catalog.fields import SECRET_FIELDS, Marked
from backend.catalog.steps import ERROR, SKIPPED
from backend.common.json import JSON
from backend.workflows.format.names import ALWAYS, FACTS, LOOP, SECRETS
from backend.workflows.graph import Ref
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Place, Subject

Compiled: TypeAlias = "expressions.Expression | expressions.Template | expressions.SqlTemplate"


@dataclass(frozen=True, slots=True)
class Source:
    """One text with expressions in it."""

    path: str  # in the step: `config.url`
    text: str
    context: str | None  # of a template; None: an expression without braces
    inside: bool  # whether it is evaluated in the body of the container whose setting it is


@dataclass(frozen=True, slots=True)
class Names:
    """What a step's expressions can name."""

    variables: frozenset[str]  # those that are no step's output
    outputs: Mapping[str, tuple[str, ...]]  # the steps behind each output, wherever they are
    visible: frozenset[str]  # the steps whose outputs are there

    def has(self, name: str) -> bool:
        """Whether the name has a value; those that begin with _ may come from hooks, which know all workflows."""
        return name.startswith("_") or name in self.variables or not self.visible.isdisjoint(self.outputs.get(name, ()))

    def all(self) -> Iterator[str]:
        """Every name that has a value."""
        yield from self.variables
        yield from (name for name in self.outputs if self.has(name))


def check(subject: Subject, findings: Findings) -> None:
    """Notes faulty expressions and names that nothing can define."""
    outputs = _outputs(subject)
    for place in subject.places:
        scopes: dict[bool, Names] = {}
        for source in sources(place):
            compiled = _compiled(source, place, findings)
            if compiled is not None and compiled.names:
                if source.inside not in scopes:
                    scopes[source.inside] = _names(subject, place, outputs, inside=source.inside)
                _check_names(compiled, source, place, scopes[source.inside], subject, findings)
                _check_steps(compiled, source, place, subject.by_id, findings)


def sources(place: Place) -> Iterator[Source]:
    """Every text of a step that holds expressions."""
    container = bool(place.kind and place.kind.container)
    for found in place.marked:
        if found.kind == "expression" and isinstance(found.value, str):
            yield Source(f"config.{found.path}", found.value, None, container)
        elif found.kind == "template":
            yield from _template_sources(found)
    if place.step.cache is not None:
        yield Source("cache.key", place.step.cache.key, "text", inside=False)


def _template_sources(found: Marked) -> Iterator[Source]:
    for path, text in _texts(found.value, f"config.{found.path}"):
        if "{{" in text:
            yield Source(path, text, found.context or "text", inside=False)


def _texts(value: JSON, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")


def _compiled(source: Source, place: Place, findings: Findings) -> Compiled | None:
    try:
        if source.context is None:
            return expressions.compile_expression(source.text)
        return expressions.compile_field(source.text, context=source.context)
    except expressions.ExpressionError as error:
        where = f" (character {error.position + 1})" if error.position is not None else ""
        findings.error(
            "expression", f"{error.message}{where}", path=place.path(source.path), step=place.step.id, hint=error.hint
        )
        return None


# --- what can be named ----------------------------------------------------------------------------------------------


def _outputs(subject: Subject) -> dict[str, tuple[str, ...]]:
    """The steps behind each output variable."""
    found: dict[str, list[str]] = {}
    for node in subject.graph.nodes.values():
        found.setdefault(node.output, []).append(node.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _names(subject: Subject, place: Place, outputs: Mapping[str, tuple[str, ...]], *, inside: bool) -> Names:
    graph = subject.graph
    visible = _visible(subject, place)
    variables = {name for id_ in visible & subject.loops.keys() for name in _left_behind(subject.loops[id_])}
    around = list(graph.containers(place.step.id))
    if inside:
        visible |= graph.descendants(place.step.id)
        around.insert(0, place.step.id)
    variables |= {name for id_ in around for name in subject.loops.get(id_, ())}
    if around:
        variables.add(LOOP)
    return Names(frozenset(variables | set(subject.input_names) | ALWAYS | FACTS), outputs, visible)


def _left_behind(variables: Iterable[str]) -> Iterator[str]:
    """What a loop that has ended leaves: `loop` with its errors, and the result of the last iteration."""
    yield from (name for name in variables if name == LOOP or name.endswith("_last"))


def _visible(subject: Subject, place: Place) -> frozenset[str]:
    """The steps whose results are there when this one starts."""
    graph = subject.graph
    before = graph.ancestors(place.step.id)
    groups = [id_ for id_ in graph.scopes if id_ in before]
    found = before.union(*(_results_of(group, subject) for group in groups))
    undoing = graph.compensation_of(place.step.id)
    if undoing is not None:  # runs after everything else
        found |= frozenset(graph.nodes) - {undoing, *graph.descendants(undoing)}
    return found


def _results_of(container: str | None, subject: Subject) -> Iterator[str]:
    """What a container leaves behind: a group, which runs its body once, all the results inside; a loop none."""
    todo = [container]
    while todo:
        id_ = todo.pop()
        if id_ not in subject.loops:
            inside = subject.graph.scopes.get(id_, ())
            yield from inside
            todo.extend(inside)


def _closed_container(subject: Subject, target: str, step: str) -> str | None:
    """The loop around the target that the step is not in, if any."""
    around = {step, *subject.graph.containers(step)}
    closed = (id_ for id_ in subject.graph.containers(target) if id_ not in around)
    return next((id_ for id_ in closed if id_ in subject.loops), None)


# --- the names in an expression -------------------------------------------------------------------------------------


def _check_names(
    compiled: Compiled, source: Source, place: Place, names: Names, subject: Subject, findings: Findings
) -> None:
    for name in sorted(compiled.names):
        if name == SECRETS and _may_hold_secrets(source.path):
            continue
        if names.has(name):
            _check_given(name, source, place, names, subject, findings)
            continue
        code, message, hint = _verdict(name, place, names, subject, findings)
        findings.error(code, message, path=place.path(source.path), step=place.step.id, hint=hint)


def _check_given(name: str, source: Source, place: Place, names: Names, subject: Subject, findings: Findings) -> None:
    """Warns of a result that is always null here, because its step has failed or was passed over."""
    givers = [id_ for id_ in names.outputs.get(name, ()) if id_ in names.visible]
    if name in names.variables or not givers:
        return
    needed = subject.guards.of.get(place.step.id, frozenset())
    if all(_gave_nothing(giver, place.step.id, needed, subject) for giver in givers):
        message = f"“{name}” is always null here: “{place.step.id}” runs only when “{givers[0]}” gave no result."
        hint = f"Use “errors.{givers[0]}” to see why, or another variable."
        findings.warn("skipped_only", message, path=place.path(source.path), step=place.step.id, hint=hint)


def _gave_nothing(giver: str, reader: str, needed: frozenset[Ref], subject: Subject) -> bool:
    if subject.guards.contradiction(giver, reader):
        return True
    failed = Ref(giver, ERROR) in needed and subject.graph.nodes[giver].step.on_error == "fail"
    return failed or (Ref(giver, SKIPPED) in needed and subject.graph.nodes[giver].enabled)


def _may_hold_secrets(path: str) -> bool:
    return path.removeprefix("config.").split(".")[0].split("[")[0] in SECRET_FIELDS


def _verdict(name: str, place: Place, names: Names, subject: Subject, findings: Findings) -> tuple[str, str, str]:
    """Code, message and hint for a name that has no value here."""
    if name == SECRETS:
        hint = "Secrets can be used in connectors, in headers and auth of an api step and in the env of a script."
        return "secret", "Secrets cannot be used here.", hint
    givers = names.outputs.get(name, ())
    if place.step.id in givers:
        return "later", f"“{name}” is this step's own result, which is not there yet.", "Use another variable."
    if givers and (loop := _closed_container(subject, givers[0], place.step.id)):
        hint = f"Use the result of “{loop}”, which is the list of its iterations' results."
        return "scope", f"“{name}” exists only inside the loop “{loop}”.", hint
    if givers and all(subject.guards.contradiction(giver, place.step.id) for giver in givers):
        message = f"“{name}” never has a value here: “{givers[0]}” runs only when “{place.step.id}” does not."
        return "skipped_only", message, f"Use it after the branches have come together, or move “{givers[0]}”."
    if givers:
        message = f"“{name}” has no value yet: the step “{givers[0]}” can end later than this one starts."
        return "later", message, f"Let “{place.step.id}” come after “{givers[0]}”."
    return "unknown_variable", f"There is no variable “{name}”.", _unknown_hint(name, names, subject, findings)


def _unknown_hint(name: str, names: Names, subject: Subject, findings: Findings) -> str:
    node = subject.graph.nodes.get(name)
    if node is not None:
        return f"The result of the step “{name}” is called “{node.output}”."
    if name in subject.by_title:
        meant = subject.graph.nodes[subject.by_title[name]]
        return f"The result of the step “{meant.step.name}” is called “{meant.output}”."
    near = findings.suggest(name, names.all())
    declare = f"If it comes with the job's input, declare it under “inputs” or write “input.{name}”."
    return f"{near} {declare}".strip()


def _check_steps(
    compiled: Compiled, source: Source, place: Place, by_id: Mapping[str, Place], findings: Findings
) -> None:
    """`errors.fetch` and `steps.fetch` name steps, not variables."""
    for path in sorted(set(compiled.paths)):
        if len(path) > 1 and path[0] in {"errors", "steps"} and path[1] not in by_id:
            hint = findings.suggest(path[1], by_id) or "Name a step of this workflow."
            message = f"“{path[0]}.{path[1]}” speaks of a step that does not exist."
            findings.error("unknown_step", message, path=place.path(source.path), step=place.step.id, hint=hint)

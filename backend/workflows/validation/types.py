"""Declared results against their uses: a warning, or an error where `settings.strict_types` says so.

What is known of a variable comes from a step's `output_schema`, else its pinned output, else from what its own
expressions give, and from the schema of the job's input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backend import expressions
from backend.common import schemas
from backend.common.json import JSON
from backend.expressions import shapes
from backend.expressions.inference import infer
from backend.expressions.shapes import ANY, Shape
from backend.workflows.graph import topological
from backend.workflows.validation.names import Source, sources
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Place, Subject

_OBJECTS_OF_VALUES = frozenset({"transform", "output"})  # types whose result is the object of their `values`


def check(subject: Subject, findings: Findings) -> None:
    """Notes uses that cannot work with what is declared."""
    for place in subject.places:
        _check_declarations(place, findings)
    known = _known(subject)
    if not known:
        return
    note = findings.error if _is_strict(subject) else findings.warn
    for place in subject.places:
        names = {**known, **_loop_names(place, subject, known)}
        for source in sources(place):
            for message, hint in _clashes(source, names):
                note("type_mismatch", message, path=place.path(source.path), step=place.step.id, hint=hint)
        for message, path in _unmet(place, names):
            hint = "Change what the step expects, or the type of the result."
            note("type_mismatch", message, path=place.path(path), step=place.step.id, hint=hint)


def _is_strict(subject: Subject) -> bool:
    settings = subject.document.get("settings")
    return isinstance(settings, Mapping) and settings.get("strict_types") is True


def _check_declarations(place: Place, findings: Findings) -> None:
    declared = {"output_schema": place.step.output_schema}
    declared |= {f"expects.{path}": schema for path, schema in place.step.expects.items()}
    for path, schema in declared.items():
        if schema is None:
            continue
        try:
            schemas.check(schema)
        except schemas.SchemaFault as fault:
            hint = "See json-schema.org: type, properties, items, enum."
            message = f"This is not a valid schema: {fault}".replace(" at inputs", " at the schema")
            findings.error("schema", message, path=place.path(path), step=place.step.id, hint=hint)


# --- what is known --------------------------------------------------------------------------------------------------


def _known(subject: Subject) -> dict[str, Shape]:
    """The shapes of variables, as far as something is said of them; a variable that two steps write can be either."""
    known = _inputs(subject)
    results: dict[str, list[Shape]] = {}
    for id_ in topological(subject.graph):
        place = subject.by_id[id_]
        shape = _result(place, {**known, **_loop_names(place, subject, known)})
        results.setdefault(place.step.output_name, []).append(shape)
        known[place.step.output_name] = shapes.union(results[place.step.output_name])
    return {name: shape for name, shape in known.items() if shape != ANY}


def _inputs(subject: Subject) -> dict[str, Shape]:
    schema = subject.document.get("inputs")
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        return {}
    whole = shapes.from_schema(schema)
    return {**(whole.fields or {}), "input": Shape(frozenset({"object"}), whole.fields)}


def _result(place: Place, names: Mapping[str, Shape]) -> Shape:
    step = place.step
    if step.output_schema is not None:
        return shapes.from_schema(step.output_schema)
    if step.is_pinned:
        return shapes.from_sample(step.pinned_output)
    values = step.config.get("values")
    if place.kind is None or not isinstance(values, dict) or step.type not in _OBJECTS_OF_VALUES:
        return ANY
    fields = {name: _of_expression(text, names) for name, text in values.items()}
    return Shape(frozenset({"object"}), fields, is_open=False)


def _of_expression(text: JSON, names: Mapping[str, Shape]) -> Shape:
    if not isinstance(text, str):
        return ANY
    try:
        expressions.compile_expression(text)
    except expressions.ExpressionError:
        return ANY
    return infer(text, names).shape


def _loop_names(place: Place, subject: Subject, known: Mapping[str, Shape]) -> dict[str, Shape]:
    """The item of the loop around a step, from the list that it goes over; the other names of loops are open."""
    found: dict[str, Shape] = {}
    for id_ in reversed(list(subject.graph.containers(place.step.id))):
        config = subject.by_id[id_].step.config
        found |= dict.fromkeys(subject.loops.get(id_, ()), ANY)
        if id_ in subject.loops and isinstance(config.get("items"), str):
            item = _item(config["items"], {**known, **found})
            names = {"item", "batch_item", config.get("item", "item")}
            found |= {name: item for name in names if isinstance(name, str)}
    return found


def _item(template: str, names: Mapping[str, Shape]) -> Shape:
    try:
        compiled = expressions.compile_template(template)
    except expressions.ExpressionError:
        return ANY
    if not compiled.is_single:
        return ANY
    listed = infer(compiled.holes[0].expression.text, names).shape
    return (listed.items or ANY) if listed.only("array") else ANY


# --- uses -----------------------------------------------------------------------------------------------------------


def _clashes(source: Source, names: Mapping[str, Shape]) -> Iterator[tuple[str, str]]:
    """Message and hint of everything in one text that cannot work."""
    for text, start in _expressions(source):
        for clash in infer(text, names).clashes:
            yield f"{clash.message} (character {clash.position + start + 1})", clash.hint


def _expressions(source: Source) -> list[tuple[str, int]]:
    try:
        if source.context is None:
            expressions.compile_expression(source.text)
            return [(source.text, 0)]
        compiled = expressions.compile_field(source.text, context=source.context)
    except expressions.ExpressionError:  # told already
        return []
    return [(hole.expression.text, hole.start) for hole in compiled.holes]


def _unmet(place: Place, names: Mapping[str, Shape]) -> Iterator[tuple[str, str]]:
    """What a step says that it expects, against what is declared of it."""
    for path, schema in place.step.expects.items():
        found, wanted = _of_expression(path, names), shapes.from_schema(schema)
        if not found.present or not wanted.present:
            continue
        kinds = wanted.present | ({"integer"} if "number" in wanted.present else frozenset())
        if not found.present & kinds:
            yield f"“{path}” is {found.words()}, and {wanted.words()} is expected here.", f"expects.{path}"

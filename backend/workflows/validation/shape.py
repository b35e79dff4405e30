"""Reads the document against its models, and goes on with what is right of each step."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from backend.catalog.registry import Registry, UnknownType
from backend.catalog.steps import StepType
from backend.common import schemas
from backend.common.json import JSON
from backend.workflows.format import Definition, Step
from backend.workflows.format.base import STEP_ID
from backend.workflows.format.steps import AFTER
from backend.workflows.graph import guards
from backend.workflows.graph.build import build_steps
from backend.workflows.validation.faults import as_path, place_of, words
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Kind, Place, Subject

UNKNOWN = ""  # the type of a step that does not say it
MAX_DEPTH = 100
_WORD = re.compile(r"\w+")


def read(document: JSON, catalog: Registry[StepType[Any]], findings: Findings) -> Subject:
    """The subject of all other checks; notes what is wrong with the document's shape."""
    if not isinstance(document, dict) or _is_too_deep(document):
        findings.error(
            "schema", "A workflow is a JSON object with “steps”, not nested too deeply.", hint="See the docs."
        )
        document = {}
    bad = _note_faults(document, findings)
    places = tuple(_places(document, bad, catalog, findings))
    by_id: dict[str, Place] = {}
    for place in places:
        by_id.setdefault(place.step.id, place)
    _check_inputs(document, findings)
    if not bad and not places:
        findings.error("empty", "The workflow has no steps.", path="steps", hint="Add at least one step.")
    graph = build_steps(place.step for place in places)
    return Subject(
        document=document,
        places=places,
        graph=graph,
        guards=guards(graph, lambda id_: by_id[id_].ports),
        by_id=by_id,
        loops=_loops(by_id),
        by_title={_as_variable(place.step.name): id_ for id_, place in by_id.items() if place.step.name},
        input_names=_input_names(document),
    )


def _as_variable(title: str) -> str:
    """“Read total” as a variable: `read_total`."""
    return "_".join(_WORD.findall(title.lower()))


def _loops(by_id: dict[str, Place]) -> dict[str, tuple[str, ...]]:
    found = {id_: place.kind.body_variables(place.step.config) for id_, place in by_id.items() if place.kind}
    return {id_: variables for id_, variables in found.items() if variables}


def _is_too_deep(value: JSON) -> bool:
    layer, depth = [value], 0
    while layer and depth <= MAX_DEPTH:
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        depth += 1
    return bool(layer)


@lru_cache(maxsize=1)
def _schema() -> dict[str, JSON]:
    return Definition.model_json_schema()


def _note_faults(document: dict[str, JSON], findings: Findings) -> set[tuple[str | int, ...]]:
    """Notes every fault of the shape; answers the places, cut to what matters for reading on."""
    try:
        Definition.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
    else:
        return set()
    bad: set[tuple[str | int, ...]] = set()
    for fault in faults:
        place = place_of(fault["loc"], document, missing=fault["type"] == "missing")
        message, hint = words(fault, _schema())
        findings.error("schema", message, path=as_path(place), step=_step_id(document, place), hint=hint)
        bad.add(place[:3])
    return bad


def _step_id(document: dict[str, JSON], place: tuple[str | int, ...]) -> str | None:
    if len(place) < 2 or place[0] != "steps" or not isinstance(place[1], int):
        return None
    step = document["steps"][place[1]]
    id_ = step.get("id") if isinstance(step, dict) else None
    return id_ if isinstance(id_, str) else None


def _places(
    document: dict[str, JSON], bad: set[tuple[str | int, ...]], catalog: Registry[StepType[Any]], findings: Findings
) -> list[Place]:
    steps = document.get("steps")
    found: list[Place] = []
    for index, raw in enumerate(steps if isinstance(steps, list) else []):
        step = _readable(raw, {place[2] for place in bad if place[:2] == ("steps", index) and len(place) > 2})
        if step is not None:
            found.append(Place(index, step, _kind(index, step, catalog, findings)))
    return found


def _readable(raw: JSON, bad: set[str | int]) -> Step | None:
    """The step without its faulty fields; None when its id is faulty."""
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str) or not re.fullmatch(STEP_ID, raw["id"]):
        return None
    good = {key: value for key, value in raw.items() if key not in bad and key in Step.model_fields}
    if isinstance(raw.get("after"), list):
        good["after"] = [ref for ref in raw["after"] if isinstance(ref, str) and re.match(AFTER, ref)]
    if "type" not in good:
        return Step.model_construct(**{**good, "id": raw["id"], "type": UNKNOWN})
    try:
        return Step.model_validate(good)
    except ValidationError:
        return Step.model_construct(id=raw["id"], type=UNKNOWN)


def _kind(index: int, step: Step, catalog: Registry[StepType[Any]], findings: Findings) -> Kind | None:
    if step.type == UNKNOWN:
        return None
    try:
        return catalog.get(step.type)
    except UnknownType as error:
        known = ", ".join(kind.type for kind in catalog)
        hint = error.hint if "Known" in error.hint else f"{error.hint} Known types: {known}."
        message = f"Step “{step.id}” has the type “{step.type}”, which does not exist."
        findings.error("unknown_type", message, path=f"steps[{index}].type", step=step.id, hint=hint)
        return None


def _input_names(document: dict[str, JSON]) -> tuple[str, ...]:
    inputs = document.get("inputs")
    properties = inputs.get("properties") if isinstance(inputs, dict) else None
    return tuple(str(name) for name in properties) if isinstance(properties, dict) else ()


def _check_schema(inputs: dict[str, JSON], findings: Findings) -> None:
    if findings.has_errors_below("inputs"):
        return  # it was said better
    try:
        schemas.check(inputs)
    except schemas.SchemaFault as fault:
        hint = "See json-schema.org: type, properties, required, enum, minimum, pattern, default."
        findings.error("schema", f"The inputs are not a valid schema: {fault}", path="inputs", hint=hint)


def _check_inputs(document: dict[str, JSON], findings: Findings) -> None:
    """Enough of JSON Schema's rules to know that the run dialog can be drawn."""
    inputs = document.get("inputs")
    if not isinstance(inputs, dict):
        return
    if inputs.get("type", "object") != "object":
        hint = "Set “type” to “object” and list “properties”."
        findings.error("schema", "The job's input is an object.", path="inputs.type", hint=hint)
    properties = inputs.get("properties", {})
    if not isinstance(properties, dict):
        findings.error("schema", "“properties” must be an object.", path="inputs.properties", hint="{name: schema, …}")
        return
    for name, schema in properties.items():
        if not isinstance(schema, dict | bool):
            message, path = f"The input “{name}” needs a JSON Schema.", f"inputs.properties.{name}"
            findings.error("schema", message, path=path, hint='For example {"type": "string"}.')
    _check_schema(inputs, findings)
    required = inputs.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        findings.error("schema", "“required” must be a list of names.", path="inputs.required", hint='["region"]')

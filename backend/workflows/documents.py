"""Documents on their way in and out: read from people, brought into the one spelling, judged. No database here."""

from __future__ import annotations

import json

from pydantic import ValidationError

from backend.common.errors import Invalid, TooLarge
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.workflows import excerpt
from backend.workflows.errors import InvalidWorkflow
from backend.workflows.format import Definition
from backend.workflows.format.aliases import normalise
from backend.workflows.format.canonical import canonical, canonical_or_same
from backend.workflows.validation import Report, validate
from backend.workflows.validation.workflows import Known

MAX_BYTES = 2_000_000


def empty(name: str) -> dict[str, JSON]:
    """The draft that a new workflow begins with."""
    return {"stepgraph": 1, "name": name, "steps": []}


def draft(document: JSON, *, name: str = "", description: str | None = None) -> dict[str, JSON]:
    """A document to be stored as a draft, perhaps invalid; raises Invalid if it is not even an object."""
    if not isinstance(document, dict):
        problem = Problem("A definition is a JSON object.", path="definition", code="schema")
        raise Invalid("The definition is not an object.", problems=[problem])
    if len(json.dumps(document)) > MAX_BYTES:
        raise TooLarge("The definition is larger than 2 MB. Split it into several workflows.")
    named = dict(document)
    if name:
        named["name"] = name
    if description is not None:
        named["description"] = description
    result: dict[str, JSON] = canonical_or_same(normalise(named))
    return result


def report(document: JSON, *, known: Known | None = None) -> Report:
    """What is wrong with a document in any of the spellings; `known` are the workflows that it may name."""
    return validate(normalise(document), known=known)


def valid(document: JSON) -> Definition:
    """The definition of a document that can be published; raises InvalidWorkflow with every problem."""
    found = report(document)
    if not found.is_valid:
        raise InvalidWorkflow(problems=found.errors)
    return Definition.model_validate(normalise(document))


def final(document: JSON) -> dict[str, JSON]:
    """The one spelling of a document that can be published; raises InvalidWorkflow."""
    return canonical(valid(document))


def final_until(document: JSON, step: str) -> dict[str, JSON]:
    """The one spelling of the part of a document that leads to a step; what is wrong elsewhere does not matter.

    Raises InvalidWorkflow with the problems of that part, and Invalid when there is no such step.
    """
    spelled = normalise(document)
    part = excerpt.until(spelled, step)
    kept = excerpt.ids_of(part)
    problems = tuple(problem for problem in validate(spelled).errors if _concerns(problem, kept))
    if problems:
        raise InvalidWorkflow(problems=problems)
    return canonical(Definition.model_validate(part))


def _concerns(problem: Problem, steps: frozenset[str]) -> bool:
    return problem.step in steps if problem.step else not problem.path.startswith("triggers")


def has_steps(document: JSON) -> bool:
    """Whether there is anything in it to be judged."""
    return isinstance(document, dict) and document.get("steps", []) != []


def triggers(document: JSON) -> list[dict[str, JSON]]:
    """The triggers that a document carries, as far as they can be read."""
    found = document.get("triggers") if isinstance(document, dict) else None
    return [trigger for trigger in found if isinstance(trigger, dict)] if isinstance(found, list) else []


def with_triggers(document: dict[str, JSON], *, of: dict[str, JSON]) -> dict[str, JSON]:
    """A document with the triggers of another one, to be stored as a draft."""
    rest = {key: value for key, value in document.items() if key != "triggers"}
    return draft({**rest, "triggers": of["triggers"]} if "triggers" in of else rest)


def readable(document: JSON) -> Definition | None:
    """The definition, if the document's shape is right."""
    try:
        return Definition.model_validate(document)
    except ValidationError:
        return None

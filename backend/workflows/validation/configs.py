"""The settings of each step, as its type wants them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backend.common.problems import Problem
from backend.workflows.format.schema import config_schema
from backend.workflows.validation.faults import as_path, place_of, words
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Kind, Place, Subject


def check(subject: Subject, findings: Findings) -> None:
    """Notes what the types say about their settings."""
    for place in subject.places:
        if place.kind is None:
            continue
        problems, advice = config_problems(place, place.kind)
        for problem in problems:
            where = place.path(problem.path)
            findings.error(problem.code, problem.message, path=where, step=place.step.id, hint=problem.hint)
        for problem in advice:
            where = place.path(problem.path)
            findings.warn(problem.code, problem.message, path=where, step=place.step.id, hint=problem.hint)


def config_problems(place: Place, kind: Kind) -> tuple[list[Problem], list[Problem]]:
    """What is wrong with one step's settings, and what is perhaps not meant; paths begin with `config`."""
    raw = place.step.config
    try:
        config = kind.Config.model_validate(raw)
    except ValidationError as error:
        templates = {found.path for found in place.marked if found.kind == "template" and "{{" in str(found.value)}
        faults = error.errors(include_url=False)
        return [_problem(fault, raw, kind) for fault in faults if not _is_filled_in_later(fault, raw, templates)], []
    return _placed(kind.check(config)), _placed(kind.advise(config))


def _placed(problems: list[Problem]) -> list[Problem]:
    return [replace(problem, path=_below_config(problem.path), code=_code(problem.code)) for problem in problems]


def _is_filled_in_later(fault: ErrorDetails, raw: dict[str, Any], templates: set[str]) -> bool:
    """Whether a text stands where another type is wanted, and is a template whose value is known only in the job."""
    place = as_path(place_of(fault["loc"], raw))
    value = fault.get("input")
    return isinstance(value, str) and "{{" in value and any(place == t or place.startswith(t) for t in templates)


def _problem(fault: ErrorDetails, raw: dict[str, Any], kind: Kind) -> Problem:
    message, hint = words(fault, config_schema(kind))
    place = place_of(fault["loc"], raw, missing=fault["type"] == "missing")
    return Problem(message, path=_below_config(as_path(place)), hint=hint, code="config")


def _below_config(path: str) -> str:
    return f"config.{path}" if path and not path.startswith("[") else f"config{path}"


def _code(code: str) -> str:
    return "config" if code == "invalid" else code

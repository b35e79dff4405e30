"""Source code in steps: what can be told without running it. Python only; other languages are judged when they run."""

from __future__ import annotations

import ast
import warnings

from backend.common.json import JSON
from backend.workflows.format.schema import config_schema
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Place, Subject

MAX_LENGTH = 500_000  # characters


def check(subject: Subject, findings: Findings) -> None:
    """Notes Python that cannot be parsed, with its line."""
    for place in subject.places:
        for found in place.marked:
            if found.kind == "code" and isinstance(found.value, str) and _language(place) == "python":
                fault = python_fault(found.value)
                if fault is not None:
                    message, hint = fault
                    findings.error(
                        "code_syntax", message, path=place.path(f"config.{found.path}"), step=place.step.id, hint=hint
                    )


def _language(place: Place) -> JSON:
    """The config's language, else its default; types without the field hold Python."""
    fields = config_schema(place.kind)["properties"] if place.kind else {}
    if "language" not in fields:
        return "python"
    return place.step.config.get("language", fields["language"].get("default"))


def python_fault(code: str) -> tuple[str, str] | None:
    """Message and hint for code that is not Python; a top-level `return` is fine."""
    if len(code) > MAX_LENGTH:
        return f"The code is longer than {MAX_LENGTH} characters.", "Move data out of it."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as odd escapes: they run
            ast.parse(code)
    except SyntaxError as error:
        return f"Line {error.lineno or 1} is not valid Python: {error.msg}.", (error.text or "").strip()[:200]
    except (ValueError, RecursionError, MemoryError):
        return "The code cannot be parsed.", "Remove null characters, and simplify very deep nesting."
    return None

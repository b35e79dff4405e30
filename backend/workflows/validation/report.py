"""What validation finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.common.json import JSON
from backend.common.problems import Problem
from backend.common.suggest import did_you_mean

MAX_PROBLEMS = 1000
MAX_SUGGESTIONS = 100

_HINTS = {
    "code_syntax": "Look at this line and the one before it.",
    "expression": "Look at the place: an operator, a comma or a quote may be missing.",
    "type_mismatch": "Change the expression, or the declared type of the result.",
}
"""What to do where the finding itself does not say it."""
_ANY_HINT = "The field's help in the editor, and the schema at /api/schema/workflow.json, say what is expected."


@dataclass(frozen=True, slots=True)
class Report:
    """All findings about one document. Errors keep it from being published, warnings do not."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def is_valid(self) -> bool:
        """Whether it can be published."""
        return not self.errors

    def as_json(self) -> dict[str, JSON]:
        """The answer of the `validate` call."""
        return {
            "is_valid": self.is_valid,
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
        }


@dataclass(slots=True)
class Findings:
    """Collects problems, each once."""

    _errors: dict[Problem, None] = field(default_factory=dict)
    _warnings: dict[Problem, None] = field(default_factory=dict)
    _suggestions: int = 0

    def error(self, code: str, message: str, *, path: str = "", step: str | None = None, hint: str = "") -> None:
        """Something that must be mended."""
        self._errors[_problem(code, message, path=path, step=step, hint=hint)] = None

    def warn(self, code: str, message: str, *, path: str = "", step: str | None = None, hint: str = "") -> None:
        """Something that is allowed, but perhaps not meant."""
        self._warnings[_problem(code, message, path=path, step=step, hint=hint)] = None

    def has_errors_below(self, path: str) -> bool:
        """Whether something must be mended at a place already."""
        return any(problem.path.startswith(path) for problem in self._errors)

    def suggest(self, name: str, known: Iterable[str]) -> str:
        """“Did you mean …?”, for the first faults of a document: looking for near names takes time."""
        self._suggestions += 1
        return did_you_mean(name, known) if self._suggestions <= MAX_SUGGESTIONS else ""

    def report(self) -> Report:
        """All of it, as far as anybody would read."""
        return Report(tuple(self._errors)[:MAX_PROBLEMS], tuple(self._warnings)[:MAX_PROBLEMS])


def _problem(code: str, message: str, *, path: str, step: str | None, hint: str) -> Problem:
    return Problem(message, path=path, hint=hint or _HINTS.get(code, _ANY_HINT), code=code, step=step)

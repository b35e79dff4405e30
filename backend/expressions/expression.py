"""An expression: compiled once, evaluated as often as needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from backend.common.json import JSON
from backend.expressions import aggregates, analysis, data, functions, methods, money, regex, times
from backend.expressions.check import Checked
from backend.expressions.compiler import Compiler
from backend.expressions.errors import Code, ExpressionError
from backend.expressions.frame import Closure, Environment, Frame, Value
from backend.expressions.scan import scan
from backend.expressions.values import AS_IT_IS, export

FUNCTION_MODULES = (
    aggregates,
    data,
    functions,
    methods,
    money,
    regex,
    times,
)  # imported so that their functions are in the table
CACHED = 2000

GAPS = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `paths` are the dotted paths that it reads from outside, `names` their first parts."""

    text: str
    paths: tuple[tuple[str, ...], ...]
    names: frozenset[str]
    run: Closure = field(repr=False)
    cost: int = field(repr=False)
    slots: int = field(repr=False)

    def evaluate(self, scope: Mapping[str, JSON], *, environment: Environment) -> JSON:
        """The value, as fresh plain JSON; the scope is never changed. Raises ExpressionError."""
        value = self.value(scope, environment=environment)
        if type(value) in AS_IT_IS:
            return value
        try:
            return export(value, budget=environment.budget)
        except GAPS as error:
            raise failed(error) from error

    def value(self, scope: Mapping[str, JSON], *, environment: Environment) -> Value:
        """The value as it is inside the language: dates are dates, and parts may belong to the scope."""
        try:
            environment.budget.start(self.cost)
            return self.run(Frame(scope, environment, self.slots))
        except GAPS as error:
            raise failed(error) from error


def failed(error: Exception) -> ExpressionError:
    """The named error for one of Python's own: a gap in our checks fails closed and must not end the worker."""
    if isinstance(error, OverflowError):
        return ExpressionError(Code.ARITHMETIC, "The number is too large.")
    return ExpressionError(Code.INTERNAL, "The expression could not be evaluated.")


def compile_expression(text: str) -> Expression:
    """The compiled expression; raises ExpressionError with the place of the mistake."""
    if type(text) is not str:
        raise ExpressionError(Code.SYNTAX, "An expression is text.", hint="Put quotes around it.")
    return _compiled(text)


@lru_cache(maxsize=CACHED)
def _compiled(text: str) -> Expression:
    checked = Checked(scan(text))
    compiler = Compiler(checked)
    try:
        run = compiler.compile(checked.root)
        paths = analysis.paths(checked.root)
    except GAPS as error:
        raise failed(error) from error
    names = frozenset(path[0] for path in paths)
    return Expression(text, paths, names, run, compiler.cost, compiler.slots)

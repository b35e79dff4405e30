"""F-strings, with a small format language of their own: alignment, width, sign, thousands, precision."""

from __future__ import annotations

import ast
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from backend.expressions.budget import Budget
from backend.expressions.errors import Code, ExpressionError, type_error, value_error
from backend.expressions.exact import Money
from backend.expressions.frame import Closure, Frame, Value
from backend.expressions.times import strftime
from backend.expressions.values import NUMBERS, check_text, kind, python_text

if TYPE_CHECKING:
    from backend.expressions.compiler import Compiler

MAX_WIDTH = 200
MAX_PRECISION = 50

_SPEC: Final = re.compile(
    r"(?:.?[<>=^])?[-+ ]?0?(?P<width>[0-9]{1,3})?[,_]?(?:\.(?P<precision>[0-9]{1,2}))?(?P<type>[bdeEfFgGosxX%]?)"
)
_DATES: Final = (datetime, date)
_HINT: Final = "Known are forms such as :.2f  :,  :>10  :05d  :.1%  and %Y-%m-%d for dates."


def joined(compiler: Compiler, node: ast.JoinedStr) -> Closure:
    """Compiles an f-string."""
    parts = [_part(compiler, part) for part in node.values]

    def run(f: Frame) -> Value:
        texts = [part(f) for part in parts]
        check_text(sum(map(len, texts)), budget=f.budget)
        return "".join(texts)

    return run


def _part(compiler: Compiler, node: ast.expr) -> Closure:
    if not isinstance(node, ast.FormattedValue):
        return compiler.compile(node)
    position = compiler.position(node)
    if node.conversion != -1:
        raise compiler.checked.refuse(node, "The language does not have conversions such as “!r”.", hint=_HINT)
    spec = _spec(compiler, node)
    value = compiler.compile(node.value)

    def run(f: Frame) -> Value:
        try:
            found = value(f)
            return formatted(found, spec, budget=f.budget) if spec else python_text(found, budget=f.budget)
        except ExpressionError as error:
            error.at(position)
            raise

    return run


def _spec(compiler: Compiler, node: ast.FormattedValue) -> str:
    """The format of a field, which must be written out and within bounds."""
    if node.format_spec is None:
        return ""
    parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else [node.format_spec]
    if not all(isinstance(part, ast.Constant) for part in parts):
        raise compiler.checked.refuse(node, "A format cannot hold values.", hint=_HINT)
    spec = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    match = _SPEC.fullmatch(spec)
    if match is None and not spec.startswith("%"):
        raise compiler.checked.refuse(node, "This format is not known here.", hint=_HINT)
    if match and (int(match["width"] or 0) > MAX_WIDTH or int(match["precision"] or 0) > MAX_PRECISION):
        message = f"A format has at most a width of {MAX_WIDTH} and {MAX_PRECISION} digits."
        raise ExpressionError(Code.LIMIT_SIZE, message, position=compiler.position(node))
    return spec


def formatted(value: Value, spec: str, *, budget: Budget) -> str:
    """A value by a format that was checked when it was compiled."""
    if type(value) in _DATES:
        return strftime(value, spec)
    if spec.startswith("%") and spec != "%":
        raise type_error(f"A date pattern cannot show {kind(value)}.", hint=_HINT)
    if type(value) is Money:
        return f"{formatted(value.amount, spec, budget=budget)} {value.currency}"
    if type(value) not in NUMBERS and type(value) not in (str, Decimal):
        raise type_error(f"A format cannot show {kind(value)}.", hint="Write default(…, 0) or str(…) around it.")
    if type(value) is str:
        check_text(len(value), budget=budget)
    try:
        return format(value, spec)
    except (ValueError, OverflowError):
        raise value_error(f"This format does not fit {kind(value)}.", hint=_HINT) from None

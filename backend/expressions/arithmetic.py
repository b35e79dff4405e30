"""Arithmetic with Python's meaning on exact types, checked for size before the work is done."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from backend.expressions import exact
from backend.expressions.budget import Budget
from backend.expressions.compare import aligned, moment
from backend.expressions.errors import Code, ExpressionError, too_large, type_error
from backend.expressions.exact import EXACT, Money
from backend.expressions.frame import Value
from backend.expressions.values import MAX_BITS, NUMBERS, OrderedSet, check_items, check_text, kind, number

Operation = Callable[[Value, Value, Budget], Value]

_TIMES: Final = frozenset({datetime, date})


def add(left: Value, right: Value, budget: Budget) -> Value:
    """Numbers, texts, lists, durations, and a date with a duration."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return number(left + right)
    if type(left) is str and type(right) is str:
        check_text(len(left) + len(right), budget=budget)
        return left + right
    if type(left) is list and type(right) is list:
        check_items(len(left) + len(right), budget=budget)
        return left + right
    if type(left) in EXACT or type(right) in EXACT:
        return _exact("+", left, right)
    if timedelta in (type(left), type(right)):
        left, right = aligned_duration(left, right)
        if type(left) in (datetime, date, timedelta) and type(right) in (datetime, date, timedelta):
            return _timed(lambda: left + right)
    hint = "Write str(…) around the other one." if str in (type(left), type(right)) else _null_hint(left, right)
    raise refused("+", left, right, hint=hint)


def subtract(left: Value, right: Value, budget: Budget) -> Value:
    """Numbers, durations, sets, two dates, and a duration from a date."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return number(left - right)
    if type(left) in EXACT or type(right) in EXACT:
        return _exact("-", left, right)
    if type(left) is OrderedSet and type(right) is OrderedSet:
        check_items(len(left), budget=budget)
        return OrderedSet(m for m in left if m not in right.members)
    if type(right) is timedelta and type(left) in (datetime, date, timedelta):
        return _timed(lambda: left - right)
    a, b = aligned(left, right)
    if type(a) is type(b) and type(a) in _TIMES:
        return _timed(lambda: a - b)
    hint = "Write datetime.fromisoformat(…) around a date that is text." if str in (type(left), type(right)) else ""
    raise refused("-", left, right, hint=hint or _null_hint(left, right))


def multiply(left: Value, right: Value, budget: Budget) -> Value:
    """Numbers, a duration by a number, and a text or a list repeated."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return number(left * right)
    if type(left) in EXACT or type(right) in EXACT:
        return _exact("*", left, right)
    if type(left) in NUMBERS:
        left, right = right, left
    if type(left) is timedelta and type(right) in NUMBERS:
        return _timed(lambda: left * right)
    if type(left) in (str, list) and type(right) in (int, bool):
        check = check_text if type(left) is str else check_items
        check(len(left) * max(right, 0), budget=budget)
        return left * right
    raise refused("*", left, right, hint=_null_hint(left, right))


def divide(left: Value, right: Value, _budget: Budget) -> Value:
    """Numbers, a duration by a number, and how often a duration goes into another."""
    return _divided("/", left, right, lambda: left / right)


def floor_divide(left: Value, right: Value, _budget: Budget) -> Value:
    """The same without the fraction."""
    return _divided("//", left, right, lambda: left // right)


def _divided(sign: str, left: Value, right: Value, work: Callable[[], Value]) -> Value:
    if type(left) in NUMBERS and type(right) in NUMBERS:
        _check_divisor(right)
        return _finite(work)
    if type(left) in EXACT or type(right) in EXACT:
        return _exact(sign, left, right)
    if type(left) is timedelta and (type(right) is timedelta or type(right) in NUMBERS):
        _check_divisor(right)
        return _timed(work)
    raise refused(sign, left, right, hint=_null_hint(left, right))


def remainder(left: Value, right: Value, _budget: Budget) -> Value:
    """Numbers only: `%` on a text is formatting, for which there are f-strings."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        _check_divisor(right)
        return number(left % right)
    if type(left) in EXACT or type(right) in EXACT:
        return _exact("%", left, right)
    if type(left) is timedelta and type(right) is timedelta:
        _check_divisor(right)
        return left % right
    hint = "Put values into a text with an f-string: f'{name}: {total:.2f}'." if type(left) is str else ""
    raise refused("%", left, right, hint=hint or _null_hint(left, right))


def power(left: Value, right: Value, _budget: Budget) -> Value:
    """Numbers, with the size known before the work."""
    if type(left) in EXACT or type(right) in EXACT:
        return _exact("**", left, right)
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        raise refused("**", left, right, hint=_null_hint(left, right))
    if type(left) is float or type(right) is float:
        return _float_power(float(left), float(right))
    if right < 0:
        hint = "Write 1 / 2 ** 3, or 2.0 ** -3."
        raise ExpressionError(Code.ARITHMETIC, "A whole number cannot have a negative exponent here.", hint=hint)
    if int(left).bit_length() * right > MAX_BITS:
        raise too_large(f"The power is too large: at most {MAX_BITS} bits.")
    return number(left**right)


def _float_power(left: float, right: float) -> Value:
    if left == 0 and right < 0:
        raise ExpressionError(Code.ARITHMETIC, "Zero cannot have a negative exponent.")
    result = _finite(lambda: left**right)
    if type(result) is not float:
        raise ExpressionError(Code.ARITHMETIC, "A negative number cannot have a broken exponent.")
    return result


def negate(value: Value) -> Value:
    """Minus a number or a duration."""
    if type(value) in NUMBERS or type(value) is timedelta:
        return -value
    if type(value) is Money:
        return Money(value.amount.copy_negate(), value.currency)
    if type(value) is Decimal:
        return value.copy_negate()
    raise type_error(f"“-” cannot work on {kind(value)}.")


def plus(value: Value) -> Value:
    """Plus a number or a duration."""
    if type(value) in NUMBERS or type(value) is timedelta or type(value) in EXACT:
        return value if type(value) in EXACT else +value
    raise type_error(f"“+” cannot work on {kind(value)}.", hint="Write int(…) or float(…) to read a number from text.")


def _exact(sign: str, left: Value, right: Value) -> Value:
    """Arithmetic with a decimal or money on one side."""
    result = exact.operate(sign, left, right)
    if result is None:
        hint = "Write str(…) around the other one." if str in (type(left), type(right)) and sign == "+" else ""
        raise refused(sign, left, right, hint=hint or _null_hint(left, right))
    return result


def aligned_duration(left: Value, right: Value) -> tuple[Value, Value]:
    """A pair in which ISO text beside a duration has become a date and time."""
    if type(left) is str:
        return moment(left), right
    return (left, moment(right)) if type(right) is str else (left, right)


def refused(sign: str, left: Value, right: Value, *, hint: str = "") -> ExpressionError:
    """The error for an operation between kinds that do not fit."""
    return type_error(f"“{sign}” cannot work on {kind(left)} and {kind(right)}.", hint=hint)


def _null_hint(left: Value, right: Value) -> str:
    return "Write default(…, 0) around it if it may be missing." if left is None or right is None else ""


def _check_divisor(value: Value) -> None:
    if not value:
        raise ExpressionError(Code.ARITHMETIC, "Division by zero.")


def _finite(work: Callable[[], Value]) -> Value:
    try:
        result = work()
    except OverflowError:
        raise ExpressionError(Code.ARITHMETIC, "The number is too large.") from None
    return result if type(result) is complex else number(result)


def _timed(work: Callable[[], Value]) -> Value:
    try:
        return work()
    except (OverflowError, ValueError):
        raise ExpressionError(Code.ARITHMETIC, "The date is out of range: years 1 to 9999.") from None


OPERATIONS: Final[dict[type[ast.operator], Operation]] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: divide,
    ast.FloorDiv: floor_divide,
    ast.Mod: remainder,
    ast.Pow: power,
}

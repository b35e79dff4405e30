"""Equality, order and membership with Python's meaning, bounded work and readable refusals."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from backend.expressions import exact
from backend.expressions.budget import Budget
from backend.expressions.errors import ExpressionError, too_large, type_error, value_error
from backend.expressions.exact import EXACT, Money
from backend.expressions.frame import Value
from backend.expressions.values import NUMBERS, SCALARS, Match, OrderedSet, kind

MAX_DEPTH = 40
_TIMES: Final = frozenset({datetime, date, timedelta})

Test = Callable[[Value, Value, Budget], bool]


def moment(text: str) -> datetime:
    """A date and time from ISO text; without a zone it is UTC. Raises a value error."""
    try:
        found = datetime.fromisoformat(text[:64].strip())
    except ValueError:
        hint = "Write it as in 2026-01-31T08:30:00Z."
        raise value_error("The text is not a date and time.", hint=hint) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str) -> date:
    """A date from ISO text. Raises a value error."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise value_error("The text is not a date.", hint="Write it as in 2026-01-31.") from None


def aligned(left: Value, right: Value) -> tuple[Value, Value]:
    """A pair in which ISO text beside a date has become a date as well."""
    if type(left) is str:
        return _parsed(left, like=right), right
    if type(right) is str:
        return left, _parsed(right, like=left)
    return left, right


def _parsed(text: str, *, like: Value) -> Value:
    if type(like) is datetime:
        return moment(text)
    return day(text) if type(like) is date else text


def equal(left: Value, right: Value, budget: Budget) -> bool:
    """Whether two values are equal, as Python sees it; never an error for values of different kinds."""
    if type(left) in SCALARS and type(right) in SCALARS:
        if type(left) is str and len(left) > 1024:
            budget.read(len(left))
        return bool(left == right)
    return _deep_equal(left, right, budget, MAX_DEPTH)


def _deep_equal(left: Value, right: Value, budget: Budget, depth: int) -> bool:
    if depth == 0:
        raise too_large(f"The values are nested more than {MAX_DEPTH} levels deep.")
    kinds = (type(left), type(right))
    if kinds == (list, list):
        return len(left) == len(right) and all(
            _inner_equal(a, b, budget, depth) for a, b in zip(left, right, strict=True)
        )
    if kinds == (dict, dict):
        return len(left) == len(right) and all(
            k in right and _inner_equal(v, right[k], budget, depth) for k, v in left.items()
        )
    if kinds == (OrderedSet, OrderedSet):
        budget.scan(len(left))
        return bool(left.members.keys() == right.members.keys())
    if kinds[0] in EXACT or kinds[1] in EXACT:
        return _equal_exact(left, right)
    return _equal_times(left, right)


def _equal_exact(left: Value, right: Value) -> bool:
    if type(left) is Money and type(right) is Money and left.currency != right.currency:
        return False
    found = exact.pair(left, right)
    return found is not None and found[0] == found[1]


def _inner_equal(left: Value, right: Value, budget: Budget, depth: int) -> bool:
    budget.spend(1)
    if type(left) in SCALARS and type(right) in SCALARS:
        return equal(left, right, budget)
    return _deep_equal(left, right, budget, depth - 1)


def _equal_times(left: Value, right: Value) -> bool:
    if type(left) is Match or type(right) is Match:
        return left is right
    try:
        left, right = aligned(left, right)
    except ExpressionError:  # a text that is no date is simply another value
        return False
    return type(left) is type(right) and type(left) in _TIMES and bool(left == right)


def contains(needle: Value, holder: Value, budget: Budget) -> bool:
    """Python's `in`: part of a text, item of a list, key of an object, member of a set."""
    if type(holder) is dict:
        return _key(needle, holder) in holder
    if type(holder) is OrderedSet:
        return _key(needle, holder) in holder.members
    if type(holder) is list:
        return _contains_item(needle, holder, budget)
    if type(holder) is not str:
        hint = "Write default(…, []) around it if it may be missing." if holder is None else ""
        raise type_error(f"“in” cannot look inside {kind(holder)}.", hint=hint)
    if type(needle) is not str:
        raise type_error(f"Only text can be in a text, not {kind(needle)}.", hint="Write str(…) around it.")
    budget.read(len(holder))
    return needle in holder


def _key(needle: Value, holder: Value) -> Value:
    if type(needle) not in SCALARS:
        raise type_error(f"{kind(needle).capitalize()} can never be in {kind(holder)}.")
    return needle


def _contains_item(needle: Value, holder: list[Value], budget: Budget) -> bool:
    for position, item in enumerate(holder):
        if not position & 7:  # eight items are one step, as everywhere
            budget.spend(1)
        if equal(item, needle, budget):
            return True
    return False


def ordered(test: Callable[[Value, Value], bool]) -> Test:
    """A comparison by order, such as `<`, from Python's own operator."""

    def compare(left: Value, right: Value, budget: Budget) -> bool:
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return test(left, right)
        return _compare(test, left, right, budget, MAX_DEPTH)

    return compare


def _compare(test: Callable[[Value, Value], bool], left: Value, right: Value, budget: Budget, depth: int) -> bool:
    if type(left) in EXACT or type(right) in EXACT:
        found = exact.pair(left, right)
        if found is not None:
            return test(*found)
    left, right = aligned(left, right)
    if type(left) is list and type(right) is list:
        return _compare_lists(test, left, right, budget, depth)
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return test(left, right)
    if type(left) is type(right) and (type(left) is str or type(left) in _TIMES):
        if type(left) is str and len(left) > 1024:
            budget.read(len(left))
        return test(left, right)
    hint = "Write default(…, 0) around it if it may be missing." if left is None or right is None else ""
    if {type(left), type(right)} <= {str, *NUMBERS}:
        hint = "Write float(…) around the text if it is a number."
    raise type_error(f"There is no order between {kind(left)} and {kind(right)}.", hint=hint)


def _compare_lists(
    test: Callable[[Value, Value], bool], left: list[Value], right: list[Value], budget: Budget, depth: int
) -> bool:
    if depth == 0:
        raise too_large(f"The values are nested more than {MAX_DEPTH} levels deep.")
    for a, b in zip(left, right, strict=False):
        budget.spend(1)
        if not equal(a, b, budget):
            return _compare(test, a, b, budget, depth - 1)
    return test(len(left), len(right))


def _is(left: Value, right: Value, _budget: Budget) -> bool:
    return left is right


def _is_not(left: Value, right: Value, _budget: Budget) -> bool:
    return left is not right


def _not_equal(left: Value, right: Value, budget: Budget) -> bool:
    return not equal(left, right, budget)


def _not_in(needle: Value, holder: Value, budget: Budget) -> bool:
    return not contains(needle, holder, budget)


less = ordered(operator.lt)

TESTS: Final[dict[type[ast.cmpop], Test]] = {
    ast.Eq: equal,
    ast.NotEq: _not_equal,
    ast.Lt: less,
    ast.LtE: ordered(operator.le),
    ast.Gt: ordered(operator.gt),
    ast.GtE: ordered(operator.ge),
    ast.In: contains,
    ast.NotIn: _not_in,
    ast.Is: _is,
    ast.IsNot: _is_not,
}

"""The two-sided operators as closures, with a short way for plain numbers and texts.

Whatever is not plain goes the long way through `arithmetic` and `compare`, which refuse and pay; both give the same.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any, Final

from backend.expressions.arithmetic import OPERATIONS
from backend.expressions.compare import TESTS
from backend.expressions.errors import ExpressionError
from backend.expressions.frame import Closure, Frame, Value
from backend.expressions.values import SMALL

_PLAIN: Final = frozenset({int, float})
_SHORT: Final = 1024  # characters that may be compared without paying

_SAFE: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
"""What can neither fail nor grow without bounds between numbers that are within them."""

_ORDER: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def binary(kind: type[ast.operator], left: Closure, right: Closure, *, at: int) -> Closure:
    """`left + right` and its like."""
    work, safe = OPERATIONS[kind], _SAFE.get(kind)
    if safe is None:
        return _long_way(work, left, right, at=at)

    def run(f: Frame) -> Value:
        one, other = left(f), right(f)
        if type(one) in _PLAIN and type(other) in _PLAIN:
            result = safe(one, other)
            if -SMALL < result < SMALL:
                return result
        try:
            return work(one, other, f.budget)
        except ExpressionError as error:
            error.at(at)
            raise

    return run


def comparison(kind: type[ast.cmpop], left: Closure, right: Closure, *, at: int) -> Closure:
    """`left < right`, `left == right` and their like."""
    order = _ORDER.get(kind)
    if order is not None:
        return _ordered(kind, order, left, right, at=at)
    if kind in (ast.Eq, ast.NotEq):
        return _equality(kind, left, right, at=at)
    return _long_way(TESTS[kind], left, right, at=at)


def _ordered(
    kind: type[ast.cmpop], order: Callable[[Any, Any], bool], left: Closure, right: Closure, *, at: int
) -> Closure:
    test = TESTS[kind]

    def run(f: Frame) -> Value:
        one, other = left(f), right(f)
        if type(one) in _PLAIN and type(other) in _PLAIN:
            return order(one, other)
        try:
            return test(one, other, f.budget)
        except ExpressionError as error:
            error.at(at)
            raise

    return run


def _equality(kind: type[ast.cmpop], left: Closure, right: Closure, *, at: int) -> Closure:
    test, wanted = TESTS[kind], kind is ast.Eq

    def run(f: Frame) -> Value:
        one, other = left(f), right(f)
        if type(one) is str and type(other) is str and len(one) < _SHORT:
            return (one == other) is wanted
        try:
            return test(one, other, f.budget)
        except ExpressionError as error:
            error.at(at)
            raise

    return run


def _long_way(work: Callable[..., Value], left: Closure, right: Closure, *, at: int) -> Closure:
    def run(f: Frame) -> Value:
        try:
            return work(left(f), right(f), f.budget)
        except ExpressionError as error:
            error.at(at)
            raise

    return run

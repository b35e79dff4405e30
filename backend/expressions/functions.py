"""The built-in functions on single values and collections: conversion, counting, rounding."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from backend.expressions.compare import contains
from backend.expressions.errors import Code, ExpressionError, type_error, value_error
from backend.expressions.exact import DIGITS, EXACT, Money, rounded
from backend.expressions.frame import Frame, Value
from backend.expressions.table import function
from backend.expressions.values import (
    NUMBERS,
    OrderedSet,
    as_object,
    check_items,
    items,
    iterate,
    key,
    kind,
    member,
    null_hint,
    number,
    python_text,
)

_MISSING: Final = object()


@function("len(value)", "How many items, keys or characters there are.")
def _len(_f: Frame, value: Value, /) -> Value:
    if type(value) in (str, list, dict, OrderedSet):
        return len(value)
    hint = "Write default(…, []) around it if it may be missing." if value is None else ""
    raise type_error(f"len() cannot count {kind(value)}.", hint=hint)


@function("bool(value)", "false for null, 0, empty text, empty lists and empty objects; else true.")
def _bool(_f: Frame, value: Value = False, /) -> Value:
    return bool(value)


@function("str(value)", "The value as text; lists and objects as JSON.")
def _str(f: Frame, value: Value = "", /) -> Value:
    return python_text(value, budget=f.budget)


@function("int(value, base=10)", "A whole number from a number (without its fraction) or from text.")
def _int(_f: Frame, value: Value = 0, /, base: Value = 10) -> Value:
    if (type(value) in NUMBERS or type(value) is Decimal) and base == 10:
        return number(int(value))
    if type(value) is not str or type(base) is not int or not 2 <= base <= 36:
        raise type_error(f"int() cannot read {kind(value)}.", hint=null_hint(value))
    if len(value) > 80:
        raise value_error("int() reads at most 80 digits.")
    try:
        return number(int(value, base))
    except ValueError:
        raise value_error("The text is not a whole number.", hint="float(…) reads a fraction.") from None


@function("float(value)", "A number with a fraction, from a number or from text.")
def _float(_f: Frame, value: Value = 0.0, /) -> Value:
    if type(value) in NUMBERS or type(value) is Decimal:
        return float(value)
    if type(value) is not str:
        raise type_error(f"float() cannot read {kind(value)}.", hint=null_hint(value))
    try:
        return number(float(value[:400]))
    except ValueError:
        raise value_error("The text is not a number.") from None


@function("list(value)", "The items of a set, the keys of an object, the characters of a text.", iterates=True)
def _list(f: Frame, value: Value = _MISSING, /) -> Value:
    return list(items(value, budget=f.budget)) if value is not _MISSING else []


@function("tuple(value)", "The same as list(value).", iterates=True)
def _tuple(f: Frame, value: Value = _MISSING, /) -> Value:
    return _list(f, value)


@function("set(value)", "The different items, in their order. Leaves the expression as a list.", iterates=True)
def _set(f: Frame, value: Value = _MISSING, /) -> Value:
    return OrderedSet(members(f, value)) if value is not _MISSING else OrderedSet()


def members(f: Frame, value: Value) -> Iterable[Value]:
    """The checked members of a new set; hashing is paid one by one, for numbers can be made to collide."""
    for item in iterate(value, budget=f.budget):
        f.budget.spend(1)
        yield member(item)


@function("dict(pairs, **fields)", "An object from another, from [key, value] pairs, from fields.", iterates=True)
def _dict(f: Frame, value: Value = _MISSING, /, **fields: Value) -> Value:
    if type(value) is dict:
        check_items(len(value), budget=f.budget)
        return {**value, **_checked(fields)}
    made: dict[str, Value] = {}
    for pair in items(value, budget=f.budget) if value is not _MISSING else ():
        if type(pair) is not list or len(pair) != 2:
            raise type_error("dict() needs pairs of a key and a value.")
        f.budget.spend(1)
        made[key(pair[0])] = pair[1]
    return {**made, **_checked(fields)}


def _checked(fields: dict[str, Value]) -> dict[str, Value]:
    return {key(name): value for name, value in fields.items()}


@function("merge(a, b, …)", "One object from several; later ones win.")
def _merge(f: Frame, /, *objects: Value) -> Value:
    made: dict[str, Value] = {}
    for value in objects:
        if value is not None and type(value) is not dict:
            raise type_error(f"merge() takes objects, not {kind(value)}.")
        check_items(len(value or ()), budget=f.budget)
        made.update(value or {})
    return made


@function("keys(object)", "The keys of an object.")
def _keys(f: Frame, value: Value, /) -> Value:
    return list(items(as_object(value), budget=f.budget))


@function("values(object)", "The values of an object.")
def _values(f: Frame, value: Value, /) -> Value:
    check_items(len(as_object(value)), budget=f.budget)
    return list(value.values())


@function("default(value, fallback)", "The fallback where the value is null or missing, else the value.")
def _default(_f: Frame, value: Value, fallback: Value = None, /) -> Value:
    return fallback if value is None else value


@function("next(items, fallback)", "The first item, or the fallback (null) when there is none.", iterates=True)
def _next(f: Frame, value: Value, fallback: Value = None, /) -> Value:
    return next(iter(iterate(value, budget=f.budget)), fallback)


@function("range(stop) or range(start, stop, step)", "Whole numbers from start up to, without, stop.")
def _range(f: Frame, /, *bounds: Value) -> Value:
    if not 1 <= len(bounds) <= 3 or not all(type(b) in (int, bool) for b in bounds):
        raise type_error("range() takes one to three whole numbers.")
    if len(bounds) == 3 and bounds[2] == 0:
        raise value_error("The step of a range must not be zero.")
    numbers = range(*bounds)
    try:
        check_items(len(numbers), budget=f.budget)
    except OverflowError:  # longer than a machine word can count
        check_items(1 << 62, budget=f.budget)
    return list(numbers)


@function("enumerate(items, start=0)", "Pairs of a counter and an item.", iterates=True)
def _enumerate(f: Frame, value: Value, /, start: Value = 0) -> Value:
    if type(start) is not int:
        raise type_error("enumerate() counts from a whole number.")
    found = items(value, budget=f.budget)
    check_items(2 * len(found), budget=f.budget)
    return [[position, item] for position, item in enumerate(found, start)]


@function(
    "zip(a, b, …)", "The first items of all together, then the second ones, as long as the shortest.", iterates=True
)
def _zip(f: Frame, /, *lists: Value) -> Value:
    found = [items(value, budget=f.budget) for value in lists]
    check_items(len(found) * min(map(len, found), default=0), budget=f.budget)
    return [list(together) for together in zip(*found, strict=False)]


@function("reversed(items)", "The items in the other direction.")
def _reversed(f: Frame, value: Value, /) -> Value:
    found = items(value, budget=f.budget)
    check_items(len(found), budget=f.budget)
    return found[::-1]


@function("abs(number)", "Without its sign.")
def _abs(_f: Frame, value: Value, /) -> Value:
    if type(value) in NUMBERS or type(value) is timedelta:
        return abs(value)
    if type(value) is Decimal:
        return value.copy_abs()
    if type(value) is Money:
        return Money(value.amount.copy_abs(), value.currency)
    raise type_error(f"abs() takes a number, not {kind(value)}.", hint=null_hint(value))


@function("round(number, digits)", "Rounded; a half goes to the even neighbour, as in Python.")
def _round(_f: Frame, value: Value, /, ndigits: Value = None) -> Value:
    if type(value) in EXACT and (ndigits is None or (type(ndigits) is int and abs(ndigits) <= DIGITS)):
        return _round_exact(value, ndigits)
    if type(value) not in NUMBERS or (ndigits is not None and type(ndigits) is not int):
        raise type_error(f"round() takes a number, not {kind(value)}.", hint=null_hint(value))
    if ndigits is not None and abs(ndigits) > 400:
        raise value_error("round() takes at most 400 digits.")
    return number(round(value, ndigits))


def _round_exact(value: Value, ndigits: int | None) -> Value:
    """A decimal to whole numbers, money to the digits of its currency, unless digits are given."""
    if type(value) is Money:
        return Money(rounded(value.amount, value.places if ndigits is None else ndigits), value.currency)
    return number(int(rounded(value, 0))) if ndigits is None else rounded(value, ndigits)


@function("floor(number)", "The next whole number below.", aliases=("math.floor",))
def _floor(_f: Frame, value: Value, /) -> Value:
    return number(math.floor(_real(value, name="floor")))


@function("ceil(number)", "The next whole number above.", aliases=("math.ceil",))
def _ceil(_f: Frame, value: Value, /) -> Value:
    return number(math.ceil(_real(value, name="ceil")))


@function("sqrt(number)", "The square root.", aliases=("math.sqrt",))
def _sqrt(_f: Frame, value: Value, /) -> Value:
    if _real(value, name="sqrt") < 0:
        raise ExpressionError(Code.ARITHMETIC, "A negative number has no square root here.")
    return math.sqrt(value)


def _real(value: Value, *, name: str) -> Value:
    if type(value) not in NUMBERS and type(value) is not Decimal:
        raise type_error(f"{name}() takes a number, not {kind(value)}.", hint=null_hint(value))
    return value


@function("contains(holder, item)", "The same as: item in holder.")
def _contains(f: Frame, holder: Value, item: Value, /) -> Value:
    return contains(item, holder, f.budget)

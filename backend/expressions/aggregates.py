"""The functions that make one value, or an order, of many: any, all, sum, min, max, sorted."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from typing import Final

from backend.expressions.arithmetic import add
from backend.expressions.compare import less
from backend.expressions.errors import type_error, value_error
from backend.expressions.frame import Frame, Value
from backend.expressions.table import function
from backend.expressions.values import NUMBERS, as_object, check_items, items, iterate, number

_MISSING: Final = object()
_SORTABLE: Final = (frozenset({int, float, bool}), frozenset({str}), frozenset({datetime}), frozenset({date}))


@function("any(items)", "Whether at least one item is true.", iterates=True)
def _any(f: Frame, value: Value, /) -> Value:
    return any(iterate(value, budget=f.budget))


@function("all(items)", "Whether every item is true.", iterates=True)
def _all(f: Frame, value: Value, /) -> Value:
    return all(iterate(value, budget=f.budget))


@function("sum(items, start=0)", "All numbers, durations, decimals or amounts of money, added up.", iterates=True)
def _sum(f: Frame, value: Value, /, start: Value = 0) -> Value:
    found = items(value, budget=f.budget)
    if type(start) in NUMBERS and NUMBERS.issuperset(map(type, found)):
        return number(sum(found, start))
    if type(start) is str or str in map(type, found):
        raise type_error("sum() cannot add up text.", hint="Write ''.join(…) for text, or float(…) to read numbers.")
    if dict in map(type, found):
        raise type_error("sum() cannot add up objects.", hint="Name a field: sum(row.price for row in rows).")
    if any(type(item) is timedelta for item in found) and start == 0:
        start = timedelta()
    for item in found:
        f.budget.spend(1)
        start = add(start, item, f.budget)
    return start


@function("min(items, by=, default=) or min(a, b, …)", "The smallest.", iterates=True)
def _min(f: Frame, /, *values: Value, by: Value = None, default: Value = _MISSING) -> Value:
    return _extreme(f, values, by=by, default=default, name="min", last=False)


@function("max(items, by=, default=) or max(a, b, …)", "The largest.", iterates=True)
def _max(f: Frame, /, *values: Value, by: Value = None, default: Value = _MISSING) -> Value:
    return _extreme(f, values, by=by, default=default, name="max", last=True)


def _extreme(f: Frame, values: tuple[Value, ...], *, by: Value, default: Value, name: str, last: bool) -> Value:
    found = items(values[0], budget=f.budget) if len(values) == 1 else list(values)
    if not found and default is _MISSING:
        raise value_error(f"{name}() of nothing.", hint=f"Write {name}(…, default=0).")
    if not found:
        return default
    keys = sort_keys(f, found, by=by)
    best = 0
    for position in range(1, len(keys)):
        f.budget.spend(1)
        one, other = (keys[best], keys[position]) if last else (keys[position], keys[best])
        if less(one, other, f.budget):
            best = position
    return found[best]


@function('sorted(items, by="field", reverse=False)', "The items in order; by a field of objects.", iterates=True)
def _sorted(f: Frame, value: Value, /, by: Value = None, reverse: Value = False) -> Value:
    found = items(value, budget=f.budget)
    keys = sort_keys(f, found, by=by)
    rounds = max(len(found).bit_length(), 1)
    check_items(len(found), budget=f.budget)
    f.budget.scan(len(found) * rounds)
    kinds = set(map(type, keys))
    if any(kinds <= simple for simple in _SORTABLE):
        f.budget.read(sum(map(len, keys)) * rounds if str in kinds else 0)
        ranked = keys
    else:
        ranked = [functools.cmp_to_key(functools.partial(_rank, f))(k) for k in keys]
    return [found[i] for i in sorted(range(len(found)), key=ranked.__getitem__, reverse=bool(reverse))]


def _rank(f: Frame, left: Value, right: Value) -> int:
    f.budget.spend(1)
    return -1 if less(left, right, f.budget) else int(less(right, left, f.budget))


def sort_keys(f: Frame, found: list[Value], *, by: Value) -> list[Value]:
    """What the items are ordered by: themselves, or a field of theirs."""
    if by is None:
        return found
    if type(by) is not str:
        raise type_error('“by” is the name of a field, as in by="price".')
    f.budget.scan(8 * len(found))
    return [as_object(item).get(by) for item in found]

"""The kinds of values, and the border: what leaves the language is plain JSON, copied."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from types import GeneratorType, NoneType
from typing import Any, Final

from backend.common.json import JSON
from backend.expressions.budget import Budget
from backend.expressions.errors import shown, too_large, type_error, value_error
from backend.expressions.exact import Money, written
from backend.expressions.frame import Value

MAX_BITS = 256
MAX_TEXT = 1_000_000  # characters of a text that an expression makes
MAX_ITEMS = 100_000  # items of a list that an expression makes
MAX_DEPTH = 64
FORBIDDEN_KEYS: Final = frozenset(
    {"__proto__", "constructor", "prototype"}
)  # poison for whoever reads it in JavaScript

SMALL = 1 << 53
_LARGEST = 1 << MAX_BITS
NUMBERS: Final = frozenset({int, float, bool})
SCALARS: Final = frozenset({NoneType, bool, int, float, str})
AS_IT_IS: Final = frozenset({NoneType, bool, int})


class OrderedSet:
    """A set that keeps the order of its members, so that a result is the same in every process."""

    __slots__ = ("members",)

    def __init__(self, members: Iterable[Value] = ()) -> None:
        self.members: dict[Value, None] = dict.fromkeys(members)

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Value]:
        return iter(self.members)


@dataclass(frozen=True, slots=True)
class Match:
    """What a regular expression found: group 0 is all of it."""

    groups: tuple[str | None, ...]
    names: dict[str, int]
    start: int
    end: int


KINDS: Final[dict[type, str]] = {
    NoneType: "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
    OrderedSet: "a set",
    datetime: "a date and time",
    date: "a date",
    timedelta: "a duration",
    Match: "a match",
    Decimal: "a decimal",
    Money: "an amount of money",
    GeneratorType: "a generator",
}


def kind(value: Value) -> str:
    """What a value is, for a message."""
    return KINDS.get(type(value), "something that is not JSON")


def number(value: Value) -> Value:
    """The result of arithmetic, if it is within bounds."""
    if -SMALL < value < SMALL:
        return value
    if type(value) is int:
        if -_LARGEST < value < _LARGEST:
            return value
        raise too_large(f"The number is too large: at most {MAX_BITS} bits.")
    if not isfinite(value):
        raise value_error("The result is not a finite number.")
    return value


def new_text(text: str, *, budget: Budget) -> str:
    """A text that an expression made: paid for, and within bounds."""
    check_text(len(text), budget=budget)
    return text


def check_text(length: int, *, budget: Budget) -> None:
    """Pays for a text of that length before it is made. Raises limit_size."""
    if length > MAX_TEXT:
        raise too_large(f"The text would be longer than {MAX_TEXT:,} characters.")
    if length > 64:
        budget.allocate(length >> 3)
        budget.read(length)


def check_items(length: int, *, budget: Budget) -> None:
    """Pays for a list of that length before it is made. Raises limit_size."""
    if length > MAX_ITEMS:
        raise too_large(f"The list would have more than {MAX_ITEMS:,} items.")
    budget.allocate(length)
    budget.scan(length)


def key(value: Value) -> str:
    """A key of a new object, which must be text."""
    if type(value) is not str:
        raise type_error(f"A key of an object must be text, and this is {kind(value)}.", hint="Write str(…) around it.")
    if value in FORBIDDEN_KEYS:
        raise value_error(f"An object may not have the key {shown(value)}.")
    return value


def member(value: Value) -> Value:
    """A member of a new set, which must be a simple value."""
    if type(value) not in SCALARS:
        raise type_error(f"A set holds text and numbers, not {kind(value)}.")
    return value


def as_object(value: Value) -> dict[str, Value]:
    """The value, which must be an object."""
    if type(value) is not dict:
        raise type_error(f"This needs an object, not {kind(value)}.", hint=null_hint(value))
    return value


def null_hint(value: Value) -> str:
    """What to do about a null where a value is needed."""
    return "Write default(…, 0) around it if it may be missing." if value is None else ""


def iterate(value: Value, *, budget: Budget) -> Iterable[Value]:
    """The items of a list, a set or a generator, the keys of an object, the characters of a text."""
    if type(value) is list:
        budget.scan(len(value))
        return value
    if type(value) is GeneratorType:
        return value
    if type(value) in (str, dict, OrderedSet):
        check_items(len(value), budget=budget)
        return list(value)
    hint = "Write default(…, []) around it if it may be missing." if value is None else ""
    raise type_error(f"There is nothing to go through: this is {kind(value)}, not a list.", hint=hint)


def items(value: Value, *, budget: Budget) -> list[Value]:
    """The same as a list; never to be changed, for it may be the input itself."""
    found = iterate(value, budget=budget)
    return found if type(found) is list else list(found)


def export(value: Value, *, budget: Budget) -> JSON:
    """A copy in plain JSON: sets become lists, dates ISO text, durations seconds, a match its
    text, decimals their digits as text, money an object of amount and currency."""
    if type(value) in AS_IT_IS:
        return value
    return _export(value, budget, MAX_DEPTH)


def _export(value: Value, budget: Budget, depth: int) -> JSON:
    exporter = _EXPORTERS.get(type(value))
    if exporter is None:
        raise type_error(f"The result is {kind(value)}, which cannot leave an expression.")
    return exporter(value, budget, depth)


def _export_text(value: str, budget: Budget, _depth: int) -> JSON:
    if len(value) > 64:
        budget.allocate(len(value) >> 3)
    return value


def _export_items(value: list[Value] | OrderedSet, budget: Budget, depth: int) -> JSON:
    _enter(len(value), budget, depth)
    return [
        v if type(v) in AS_IT_IS or (type(v) is str and len(v) <= 64) else _export(v, budget, depth - 1) for v in value
    ]


def _export_object(value: dict[str, Value], budget: Budget, depth: int) -> JSON:
    _enter(len(value), budget, depth)
    if not {str}.issuperset(map(type, value)):
        raise type_error("An object has a key that is not text.")
    return {
        k: v if type(v) in AS_IT_IS or (type(v) is str and len(v) <= 64) else _export(v, budget, depth - 1)
        for k, v in value.items()
    }


def _enter(length: int, budget: Budget, depth: int) -> None:
    if depth == 0:
        raise too_large(f"The result is nested more than {MAX_DEPTH} levels deep.")
    budget.allocate(length + 1)
    budget.scan(length)


_EXPORTERS: Final[dict[type, Callable[[Any, Budget, int], JSON]]] = {
    NoneType: lambda value, _budget, _depth: value,
    bool: lambda value, _budget, _depth: value,
    int: lambda value, _budget, _depth: value,
    float: lambda value, _budget, _depth: number(value),
    str: _export_text,
    list: _export_items,
    OrderedSet: _export_items,
    dict: _export_object,
    datetime: lambda value, _budget, _depth: value.isoformat(),
    date: lambda value, _budget, _depth: value.isoformat(),
    timedelta: lambda value, _budget, _depth: value.total_seconds(),
    Match: lambda value, _budget, _depth: value.groups[0],
    Decimal: lambda value, _budget, _depth: written(value),
    Money: lambda value, _budget, _depth: {"amount": written(value.amount), "currency": value.currency},
}


def text(value: Value, *, budget: Budget) -> str:
    """The text of a value inside a template: null is empty, true and false in lower case, objects are JSON."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in (int, float):
        return str(value)
    if type(value) is Money:
        return written(value)
    plain = export(value, budget=budget)
    return plain if type(plain) is str else new_text(json.dumps(plain, ensure_ascii=False), budget=budget)


def python_text(value: Value, *, budget: Budget) -> str:
    """The text of a value for `str()` and f-strings: None, True and False as Python writes them, the rest as `text`."""
    return str(value) if value is None or type(value) is bool else text(value, budget=budget)

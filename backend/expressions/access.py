"""Reading from values: fields, items and slices. What is missing is null; no attribute of a Python object is read."""

from __future__ import annotations

from typing import Final

from backend.common.suggest import did_you_mean
from backend.expressions.budget import Budget
from backend.expressions.errors import shown, type_error, value_error
from backend.expressions.exact import FIELDS as EXACT
from backend.expressions.frame import Value
from backend.expressions.table import METHODS
from backend.expressions.times import FIELDS as TIMES
from backend.expressions.values import MAX_TEXT, SCALARS, Match, check_items, check_text, kind

FIELDS: Final = {**TIMES, **EXACT}
"""What `.name` reads from a date or from money: the only attributes of Python objects that can ever be read."""

_READERS: Final = {(owner, name): getattr(owner, name).__get__ for owner, names in FIELDS.items() for name in names}


def field(owner: Value, *, name: str) -> Value:
    """What `owner.name` is, for anything but an object (whose fields the caller looks up itself)."""
    if owner is None:
        return None
    reader = _READERS.get((type(owner), name))
    if reader is not None:
        return reader(owner)
    raise type_error(f"{kind(owner).capitalize()} has no field {shown(name)}.", hint=_field_hint(owner, name))


def _field_hint(owner: Value, name: str) -> str:
    if (type(owner), name) in METHODS:
        return f"Call it: .{METHODS[type(owner), name].signature}."
    if name in {"length", "size", "count"}:
        return "Write len(…) around it."
    if type(owner) is list:
        return f"Take one item, as in rows[0].{name[:40]}, or all: [row.{name[:40]} for row in rows]."
    return did_you_mean(name, FIELDS.get(type(owner), ()))


def item(owner: Value, index: Value) -> Value:
    """What `owner[index]` is; null when there is no such item."""
    if owner is None:
        return None
    if type(owner) is dict:
        return owner.get(index) if type(index) in SCALARS else _refuse(owner, index)
    if type(owner) is Match:
        owner = list(owner.groups)
    if type(owner) not in (list, str) or type(index) not in (int, bool):
        return _refuse(owner, index)
    try:
        return owner[index]
    except IndexError:
        return None


def _refuse(owner: Value, index: Value) -> Value:
    if type(owner) is list or type(owner) is str:
        hint = "Count from 0; -1 is the last one."
        raise type_error(f"{kind(owner).capitalize()} is indexed by a whole number, not {kind(index)}.", hint=hint)
    raise type_error(f"{kind(owner).capitalize()} cannot be indexed by {kind(index)}.")


def cut(owner: Value, bounds: list[Value], *, budget: Budget) -> Value:
    """What `owner[start:stop:step]` is."""
    if owner is None:
        return None
    if type(owner) not in (list, str):
        raise type_error(f"{kind(owner).capitalize()} cannot be sliced.")
    if not all(bound is None or type(bound) in (int, bool) for bound in bounds):
        raise type_error("The bounds of a slice are whole numbers.")
    if bounds[2] == 0:
        raise value_error("The step of a slice must not be zero.")
    wanted = slice(*bounds)
    length = len(range(*wanted.indices(len(owner))))
    if type(owner) is str:
        check_text(min(length, MAX_TEXT + 1), budget=budget)
    else:
        check_items(length, budget=budget)
    return owner[wanted]

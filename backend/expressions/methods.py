"""The methods on texts, lists, objects and sets, chosen by kind and name; none changes its value."""

from __future__ import annotations

from typing import Final

from backend.expressions.compare import equal
from backend.expressions.errors import too_large, type_error, value_error
from backend.expressions.frame import Frame, Value
from backend.expressions.functions import members
from backend.expressions.table import method
from backend.expressions.values import MAX_ITEMS, OrderedSet, check_items, check_text, items, kind, new_text

MAX_STRIPPED = 100  # characters; stripping a long text by a long list would be quadratic

_PLAIN: Final = {
    "lower": "In lower case.",
    "upper": "In upper case.",
    "title": "With a capital at the start of every word.",
    "capitalize": "With a capital at the start, the rest in lower case.",
    "casefold": "For comparing without regard to case.",
    "swapcase": "With upper and lower case exchanged.",
}
_QUESTIONS: Final = (
    "isalnum",
    "isalpha",
    "isdecimal",
    "isdigit",
    "islower",
    "isnumeric",
    "isspace",
    "istitle",
    "isupper",
)


def _register_plain(name: str, help_text: str) -> None:
    change = getattr(str, name)  # names from our own table, never from an expression

    @method(str, f"{name}()", help_text)
    def _run(f: Frame, text: Value, /) -> Value:
        f.budget.read(len(text))
        return new_text(change(text), budget=f.budget)


def _register_question(name: str) -> None:
    ask = getattr(str, name)  # names from our own table, never from an expression

    @method(str, f"{name}()", f"Whether all characters are {name[2:]}.")
    def _run(f: Frame, text: Value, /) -> Value:
        f.budget.read(len(text))
        return ask(text)


for _name, _help in _PLAIN.items():
    _register_plain(_name, _help)
for _name in _QUESTIONS:
    _register_question(_name)


def _texts(name: str, *values: Value) -> None:
    for value in values:
        if type(value) is not str:
            raise type_error(f"{name}() takes text, not {kind(value)}.")


@method(str, "strip(characters)", "Without white space, or those characters, at both ends.")
def _strip(f: Frame, text: Value, characters: Value = None, /) -> Value:
    return text.strip(_stripped(f, text, characters))


@method(str, "lstrip(characters)", "Without white space, or those characters, at the start.")
def _lstrip(f: Frame, text: Value, characters: Value = None, /) -> Value:
    return text.lstrip(_stripped(f, text, characters))


@method(str, "rstrip(characters)", "Without white space, or those characters, at the end.")
def _rstrip(f: Frame, text: Value, characters: Value = None, /) -> Value:
    return text.rstrip(_stripped(f, text, characters))


def _stripped(f: Frame, text: str, characters: Value) -> str | None:
    f.budget.read(len(text))
    f.budget.allocate(len(text) >> 3)
    if characters is None:
        return None
    _texts("strip", characters)
    if len(characters) > MAX_STRIPPED:
        raise too_large(f"strip() takes at most {MAX_STRIPPED} characters.")
    return str(characters)


@method(str, "startswith(text)", "Whether it starts with a text, or with one of a list.")
def _startswith(f: Frame, text: Value, start: Value, /) -> Value:
    return text.startswith(_affixes(f, start, name="startswith"))


@method(str, "endswith(text)", "Whether it ends with a text, or with one of a list.")
def _endswith(f: Frame, text: Value, end: Value, /) -> Value:
    return text.endswith(_affixes(f, end, name="endswith"))


def _affixes(f: Frame, value: Value, *, name: str) -> tuple[str, ...]:
    wanted = tuple(value) if type(value) is list else (value,)
    f.budget.scan(8 * len(wanted))
    _texts(name, *wanted)
    f.budget.read(sum(map(len, wanted)))
    return wanted


@method(str, "removeprefix(text)", "Without that start.")
def _removeprefix(f: Frame, text: Value, start: Value, /) -> Value:
    _texts("removeprefix", start)
    return new_text(text.removeprefix(start), budget=f.budget)


@method(str, "removesuffix(text)", "Without that end.")
def _removesuffix(f: Frame, text: Value, end: Value, /) -> Value:
    _texts("removesuffix", end)
    return new_text(text.removesuffix(end), budget=f.budget)


@method(str, "replace(old, new, count=-1)", "With every occurrence of a text replaced.")
def _replace(f: Frame, text: Value, old: Value, new: Value, count: Value = -1, /) -> Value:
    _texts("replace", old, new)
    if type(count) is not int:
        raise type_error("The count of replace() is a whole number.")
    f.budget.read(len(text))
    found = text.count(old) if count < 0 else min(text.count(old), count)
    check_text(len(text) + found * max(len(new) - len(old), 0), budget=f.budget)
    return text.replace(old, new, count)


@method(str, "split(separator, maximum)", "The parts between separators, or between white space.")
def _split(f: Frame, text: Value, sep: Value = None, maxsplit: Value = -1, /) -> Value:
    if type(maxsplit) is not int:
        raise type_error("The maximum of split() is a whole number.")
    if sep is not None:
        _texts("split", sep)
    if sep == "":
        raise value_error("split() needs a separator that is not empty.", hint="list(text) gives the characters.")
    f.budget.read(len(text))
    limit = MAX_ITEMS if maxsplit < 0 else min(maxsplit, MAX_ITEMS)
    return _paid(f, text, text.split(sep, limit), cut=limit != maxsplit)


@method(str, "splitlines()", "The lines.")
def _splitlines(f: Frame, text: Value, /) -> Value:
    check_text(len(text), budget=f.budget)
    return _paid(f, text, text.splitlines(), cut=True)


def _paid(f: Frame, text: str, parts: list[str], *, cut: bool) -> list[str]:
    if cut:
        check_items(len(parts), budget=f.budget)
    f.budget.allocate((len(text) >> 3) + len(parts))
    return parts


@method(str, "partition(separator)", "What is before it, the separator, and what is after it.")
def _partition(f: Frame, text: Value, sep: Value, /) -> Value:
    _texts("partition", sep)
    if not sep:
        raise value_error("partition() needs a separator that is not empty.")
    check_text(len(text), budget=f.budget)
    return list(text.partition(sep))


@method(str, "join(items)", "The texts of a list with this one between them.", iterates=True)
def _join(f: Frame, text: Value, parts: Value, /) -> Value:
    found = items(parts, budget=f.budget)
    if not {str}.issuperset(map(type, found)):
        wrong = next(item for item in found if type(item) is not str)
        hint = "Write ', '.join(str(x) for x in …)."
        raise type_error(f"join() takes a list of texts, and one item is {kind(wrong)}.", hint=hint)
    check_text(sum(map(len, found)) + len(text) * max(len(found) - 1, 0), budget=f.budget)
    return text.join(found)


@method(str, "find(text)", "Where a text first occurs, -1 if it does not.")
def _find(f: Frame, text: Value, wanted: Value, /) -> Value:
    _texts("find", wanted)
    f.budget.read(len(text))
    return text.find(wanted)


@method(str, "count(text)", "How often a text occurs.")
def _count_text(f: Frame, text: Value, wanted: Value, /) -> Value:
    _texts("count", wanted)
    f.budget.read(len(text))
    return text.count(wanted)


@method(list, "count(item)", "How often an item occurs.")
def _count(f: Frame, found: Value, wanted: Value, /) -> Value:
    return sum(1 for item in items(found, budget=f.budget) if _same(f, item, wanted))


@method(list, "index(item)", "Where an item first occurs, -1 if it does not.")
def _index(f: Frame, found: Value, wanted: Value, /) -> Value:
    return next((i for i, item in enumerate(found) if _same(f, item, wanted)), -1)


def _same(f: Frame, left: Value, right: Value) -> bool:
    f.budget.spend(1)
    return equal(left, right, f.budget)


@method(dict, "get(key, fallback)", "The value of a key, or the fallback (null).")
def _get(_f: Frame, value: Value, name: Value, fallback: Value = None, /) -> Value:
    return value.get(name, fallback) if type(name) is str else fallback


@method(dict, "keys()", "The keys.")
def _keys(f: Frame, value: Value, /) -> Value:
    check_items(len(value), budget=f.budget)
    return list(value)


@method(dict, "values()", "The values.")
def _values(f: Frame, value: Value, /) -> Value:
    check_items(len(value), budget=f.budget)
    return list(value.values())


@method(dict, "items()", "Pairs of key and value.")
def _items(f: Frame, value: Value, /) -> Value:
    check_items(3 * len(value), budget=f.budget)
    return [[name, field] for name, field in value.items()]


@method(OrderedSet, "union(items)", "The members of both.")
def _union(f: Frame, value: Value, other: Value, /) -> Value:
    return OrderedSet([*items(value, budget=f.budget), *members(f, other)])


@method(OrderedSet, "intersection(items)", "The members that both have.")
def _intersection(f: Frame, value: Value, other: Value, /) -> Value:
    wanted = OrderedSet(members(f, other))
    return OrderedSet(item for item in items(value, budget=f.budget) if item in wanted.members)


@method(OrderedSet, "difference(items)", "The members that the other one does not have.")
def _difference(f: Frame, value: Value, other: Value, /) -> Value:
    wanted = OrderedSet(members(f, other))
    return OrderedSet(item for item in items(value, budget=f.budget) if item not in wanted.members)


@method(OrderedSet, "issubset(items)", "Whether the other one has all its members.")
def _issubset(f: Frame, value: Value, other: Value, /) -> Value:
    wanted = OrderedSet(members(f, other))
    return all(item in wanted.members for item in items(value, budget=f.budget))

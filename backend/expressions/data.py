"""Functions for JSON text, and for ids and random numbers that a replay repeats."""

from __future__ import annotations

import json
import uuid
from typing import Final

from backend.common.json import JSON
from backend.expressions.errors import too_large, type_error, value_error
from backend.expressions.frame import Environment, Frame, Value
from backend.expressions.table import function
from backend.expressions.values import MAX_DEPTH, MAX_TEXT, export, key, kind, new_text, number

_OPEN: Final = frozenset("[{")
_CLOSE: Final = frozenset("]}")


@function("json.loads(text)", "The value that a JSON text describes.")
def _loads(f: Frame, text: Value, /) -> Value:
    if type(text) is not str:
        raise type_error(f"json.loads() takes text, not {kind(text)}.")
    if len(text) > MAX_TEXT:
        raise too_large(f"json.loads() takes at most {MAX_TEXT:,} characters.")
    f.budget.read(8 * len(text))
    f.budget.allocate(text.count(",") + text.count("[") + text.count("{") + (len(text) >> 3))
    if _depth(text) > MAX_DEPTH:
        raise too_large(f"The JSON text is nested more than {MAX_DEPTH} levels deep.")
    return _parsed(text)


def _parsed(text: str) -> JSON:
    try:
        found = json.loads(text, parse_constant=_refuse, parse_int=_int, parse_float=_float, object_pairs_hook=_object)
        if "\\" in text:
            json.dumps(found, ensure_ascii=False).encode()  # refuses half characters such as "\ud800"
    except ValueError:
        raise value_error("The text is not valid JSON.") from None
    return found


def _depth(text: str) -> int:
    """How deep the brackets nest, those inside strings included: an upper bound is enough."""
    depth = deepest = 0
    for character in text:
        if character in _OPEN:
            depth += 1
            deepest = max(deepest, depth)
        elif character in _CLOSE:
            depth -= 1
    return deepest


def _refuse(name: str) -> JSON:
    raise value_error(f"JSON has no number {name}.")


def _int(digits: str) -> int:
    if len(digits) > 80:
        raise value_error("A number in the JSON text has more than 80 digits.")
    found: int = number(int(digits))
    return found


def _float(digits: str) -> float:
    found: float = number(float(digits))
    return found


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    return {key(name): value for name, value in pairs}


@function("json.dumps(value, indent=null, sort_keys=false, ensure_ascii=false)", "The JSON text of a value.")
def _dumps(
    f: Frame, value: Value, /, indent: Value = None, sort_keys: Value = False, ensure_ascii: Value = False
) -> Value:
    if indent is not None and (type(indent) is not int or not 0 <= indent <= 8):
        raise value_error("“indent” is a number from 0 to 8.")
    plain = export(value, budget=f.budget)
    text = json.dumps(plain, indent=indent, sort_keys=bool(sort_keys), ensure_ascii=bool(ensure_ascii))
    return new_text(text, budget=f.budget)


@function("uuid4()", "A new random id; a replayed step gets the same again.", aliases=("uuid.uuid4",))
def _uuid4(f: Frame, /) -> Value:
    return str(uuid.UUID(bytes=f.environment.draw()[:16], version=4))


@function("random()", "A random number from 0 to below 1; repeated by a replay.", aliases=("random.random",))
def _random(f: Frame, /) -> Value:
    return _fraction(f.environment)


@function("randint(low, high)", "A random whole number, both ends included.", aliases=("random.randint",))
def _randint(f: Frame, low: Value, high: Value, /) -> Value:
    if type(low) is not int or type(high) is not int or low > high:
        raise type_error("randint() takes two whole numbers, the lower one first.")
    return low + int.from_bytes(f.environment.draw()) % (high - low + 1)


@function("choice(list)", "A random item of a list.", aliases=("random.choice",))
def _choice(f: Frame, value: Value, /) -> Value:
    if type(value) is not list or not value:
        raise type_error(f"choice() takes a list with at least one item, not {kind(value)}.")
    return value[int(_fraction(f.environment) * len(value))]


def _fraction(environment: Environment) -> float:
    return (int.from_bytes(environment.draw()[:7]) >> 3) / (1 << 53)

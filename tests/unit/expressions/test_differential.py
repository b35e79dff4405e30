"""Where the language and Python both have an answer, it is the same one."""

from __future__ import annotations

import math
from random import Random

import pytest

from backend.expressions import ExpressionError
from tests.unit.expressions.helpers import evaluate

SCOPE = {
    "i": 7,
    "j": -3,
    "f": 2.5,
    "t": True,
    "s": "abc",
    "u": "b",
    "n": None,
    "l": [3, 1, 2],
    "m": [[1, "a"], [2, "b"]],
    "d": {"a": 1, "b": 2},
}
KNOWN = (len, sum, min, max, sorted, any, all, abs, int, float, bool, list, round, range)
TESTS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
NUMBERS = ["i", "j", "f", "t", "0", "1", "2", "10", "0.5", "1e3", "l[0]", "d['a']", "len(l)", "len(s)", "-4"]
TEXTS = ["s", "u", "''", "'abc'", "s[0]", "s.upper()", "f'{i}-{s}'", "s[1:]", "s.replace('b', 'xy')"]
LISTS = [
    "l",
    "[]",
    "[i, j]",
    "sorted(l)",
    "l[1:]",
    "l[::-1]",
    "list(d)",
    "[x * 2 for x in l]",
    "[k for k, v in m if v == 'b']",
    "list(range(4))",
]


def numeric(random, depth):
    if depth == 0:
        return random.choice(NUMBERS)
    left, right = numeric(random, random.randrange(depth)), numeric(random, random.randrange(depth))
    return random.choice(
        [
            *(f"({left} {op} {right})" for op in ("+", "-", "*", "/", "//", "%", "and", "or")),
            f"(({left}) ** 2)",
            f"-({left})",
            f"abs({left})",
            f"min({left}, {right})",
            f"max([{left}, {right}])",
            f"round({left}, 2)",
            f"int({left})",
            f"float({left})",
            f"sum([{left}, {right}])",
            f"sum(x * {left} for x in l if x > {right})",
            f"({left} if {right} else {left})",
        ]
    )


def anything(random, depth=1):
    others = random.choice([TEXTS, LISTS, ["n", "d", "True", "None", "m"]])
    return random.choice([numeric(random, depth), random.choice(others)])


def logical(random, depth):
    left, right, third = anything(random), anything(random), anything(random)
    if depth == 0:
        return f"({left} {random.choice(TESTS)} {right})"
    one, two = logical(random, random.randrange(depth)), logical(random, random.randrange(depth))
    return random.choice(
        [
            f"({left} {random.choice(TESTS)} {right} {random.choice(TESTS)} {third})",
            f"({one} and {two})",
            f"({one} or {right})",
            f"(not {one})",
            f"({random.choice(['n', 'i', 's', 'd'])} is {random.choice(['', 'not '])}None)",
            f"[x for x in l if {one}]",
            f"any({two} for x in l)",
            f"all([{one}, {two}])",
            f"({one} if {two} else {left})",
            f"[{left}, {right}] == [{right}, {third}]",
            f"{{'k': {left}}} == {{'k': {right}}}",
        ]
    )


def check(text):
    try:
        expected = eval(text, {"__builtins__": {f.__name__: f for f in KNOWN}, **SCOPE})
    except (TypeError, ZeroDivisionError, OverflowError, ValueError):
        expected = ExpressionError
    try:
        found = evaluate(text, SCOPE)
    except ExpressionError as error:
        bounded = error.code in {"limit_size", "value", "arithmetic"}
        assert expected is ExpressionError or bounded, text
        assert expected is ExpressionError or not small(expected), text
        return

    assert repr(found) == repr(expected), text


def small(value):
    """Whether a result of Python's is within our limits."""
    return not isinstance(value, int | float) or (math.isfinite(value) and abs(value) < 2**256)


@pytest.mark.parametrize("make", [numeric, anything, logical])
@pytest.mark.parametrize("seed", range(5))
def test_same_answer_as_python(make, seed):
    random = Random(seed)

    for _ in range(400):
        check(make(random, 4))

"""Expressions, grown by a grammar or mutated from hostile ones: no escape, no crash, no input changed.

Split into parts, so that the parts can run side by side. Each part is the same in every run. `make test` runs two of
them; `make fuzz` runs 64, which are more than 800,000 expressions, and `STEPGRAPH_FUZZ` says how many.
"""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from backend.expressions import Budget, Code, Environment, ExpressionError, compile_expression
from tests.unit.expressions.helpers import NOW
from tests.unit.expressions.test_hostile import BOMBS, ESCAPES
from tests.unit.expressions.test_language import ACCESS, ARITHMETIC, COMPREHENSIONS, FSTRINGS, FUNCTIONS, LOGIC
from tests.unit.expressions.test_language import METHODS as CALLED
from tests.unit.expressions.test_properties import BINARY, CALLS, METHODS, PIECES, is_json

PARTS = int(os.environ.get("STEPGRAPH_FUZZ", "2"))
EACH = 12_700  # different ones of every part
LONG_TEXTS = 500 * PARTS
ROOT = Path(__file__).parents[2]
STEPS = 20_000  # a smaller budget than a job's, so that many fit into the time of a test

SCOPE = {
    "x": {"a": [1, 2.5, -3], "s": "text", "n": None, "t": True},
    "y": [{"id": 1, "name": "Ann"}, {"id": 2, "name": None}],
    "rows": [{"n": i, "k": str(i % 3)} for i in range(20)],
    "s": "The quick brown fox",
    "n": 7,
}
PRISTINE = copy.deepcopy(SCOPE)
NAMES = [*SCOPE, "x.a", "x.s", "y[0]", "rows", "n", "s", "x.missing", "nobody"]
LITERALS = ["0", "1", "-1", "2.5", "1e300", "2**200", "''", "'a'", "'%d'", "null", "true", "[]", "{}", "now()", "''*9"]
EXACT = ["decimal('1.10')", "money('2', 'EUR')", "timedelta(days=1)", "date.today()", "{1, 2}", "re.search('a', s)"]
TAILS = [".a", "['s']", "[0]", "[-1]", "[1:]", "[::-1]", ".upper()", ".items()", ".n", ".__class__", ".split(',')"]
NOISE = [
    *"()[]{}.,:+-*/%<>=!&|^~@#$?;`'\" \t\n\\_",
    "__",
    "\u00a0",
    "ａ",
    "é",
    "\u2028",
    "0x",
    "1_",
    "f'{",
    "}}",
    "**",
    " for x in ",
]


def grown(random, depth):
    """An expression by the grammar, with wrong kinds everywhere."""
    if depth == 0:
        return random.choice(random.choice([NAMES, LITERALS, EXACT]))
    one, two = grown(random, random.randrange(depth)), grown(random, random.randrange(depth))
    shape = random.randrange(14)
    return [
        lambda: f"({one} {random.choice(BINARY)} {two})",
        lambda: f"{random.choice(CALLS)}({one})",
        lambda: f"{random.choice(CALLS)}({one}, {two})",
        lambda: f"({one}).{random.choice(METHODS)}({two})",
        lambda: f"({one}).{random.choice(METHODS)}()",
        lambda: f"[k for k in {one} if {two}]",
        lambda: f"{{str(k): {two} for k in {one}}}",
        lambda: f"sum(k for k in {one})",
        lambda: f"({one}){random.choice(TAILS)}",
        lambda: f"({one} if {two} else {one})",
        lambda: f"[{one}, {two}]",
        lambda: f"{{'a': {one}, 'b': {two}}}",
        lambda: f"(not {one} or -{two})",
        lambda: f"({one} < {two} != {one})",
    ][shape]()


def mutated(random, text):
    """A known text with pieces cut out, doubled, swapped or thrown in."""
    for _ in range(random.randrange(1, 4)):
        start, stop = sorted(random.randrange(len(text) + 1) for _ in range(2))
        choice = random.randrange(4)
        if choice == 0:
            text = text[:start] + text[stop:]
        elif choice == 1:
            text = text[:stop] + text[start:stop] + text[stop:]
        elif choice == 2:
            text = text[:start] + random.choice(NOISE) + text[start:]
        else:
            text = text[:start] + random.choice(PIECES) + text[stop:]
    return text


GOOD = [text for text, _ in (*ACCESS, *ARITHMETIC, *LOGIC, *COMPREHENSIONS, *FSTRINGS, *FUNCTIONS, *CALLED)]
SEEDS = [text for text in (*ESCAPES, *BOMBS, *GOOD) if len(text) < 300]


def made(random):
    choice = random.randrange(10)
    if choice < 5:
        return grown(random, random.randrange(1, 5))
    if choice < 9:
        return mutated(random, random.choice(SEEDS))
    return mutated(random, grown(random, 3))


def outcome(text, budget):
    try:
        return compile_expression(text).evaluate(SCOPE, environment=Environment(now=NOW, seed="f", budget=budget))
    except ExpressionError as error:
        return error


def judge(text):
    """Evaluates a text, and answers how it ended; anything but JSON or a named error fails."""
    budget = Budget(steps=STEPS, cells=STEPS * 10)
    result = outcome(text, budget)
    if isinstance(result, ExpressionError):
        assert result.code in set(Code) - {Code.INTERNAL}, (text, result.__cause__)
        assert result.message
        assert result.position is None or 0 <= result.position <= len(text), text
        return str(result.code)
    assert is_json(result), text
    assert budget.steps >= 0, text
    assert budget.cells >= 0, text
    return "value"


@pytest.mark.timeout(110)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_expression_ends_with_json_or_a_named_error(part):
    random = Random(part)
    texts: set[str] = set()
    seen: Counter[str] = Counter()

    while len(texts) < EACH:
        text = made(random)
        if text not in texts:
            texts.add(text)
            seen[judge(text)] += 1
            assert len(texts) % 500 or SCOPE == PRISTINE

    assert SCOPE == PRISTINE
    assert seen["value"] > EACH / 20  # it reaches the operations, and does not only stumble over the grammar
    assert seen["type"] > EACH / 20


@pytest.mark.timeout(50 * PARTS)
def test_long_random_texts_never_take_the_process_down():
    command = [sys.executable, "-m", "tests.fuzz.long_texts", str(LONG_TEXTS)]

    ended = subprocess.run(command, capture_output=True, text=True, timeout=45 * PARTS, check=False, cwd=ROOT)

    assert ended.returncode == 0, ended.stderr[-2000:]
    assert int(ended.stdout) == LONG_TEXTS + 10

"""Safe expressions and templates against `simpleeval`, which walks the tree, and against Python's own evaluation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from simpleeval import EvalWithCompoundTypes

from backend.expressions import Environment, compile_expression, compile_template
from bench.ratio import Ratio, compare

_ROWS = [{"total": float(number), "paid": number % 3 == 0} for number in range(1000)]
_SCOPE = {"n": 5, "name": "x", "rows": _ROWS, "user": {"name": "Ann", "age": 41}}
_NOW = datetime.now(UTC)
_TEXTS = {
    "boolean": "n > 3 and name == 'x'",
    "arithmetic": "n * 2 + n % 3 - 1",
    "text": "name + ' ' + user['name']",
    "fields": "user.age >= 18 and user.name in ['Ann', 'Bob']",
    "sum over 1,000 rows": "sum([row['total'] for row in rows if row['paid']])",
}
_TEMPLATE = "Dear {{ user.name }}, order {{ n }} of {{ name }} comes to {{ n * 12.5 }}."
_HOLE = re.compile(r"\{\{(.*?)\}\}")


def measure() -> Iterator[Ratio]:
    """One evaluation and one template, compiled beforehand on both sides; a ratio above 1 would worry us."""
    for name, text in _TEXTS.items():
        repeats = 20 if "rows" in text else 2000
        ours = _repeated(_evaluation(text), repeats)
        yield compare(f"expression, {name}, against simpleeval", ours=ours, base=_repeated(_simple(text), repeats))
        if "user." not in text:  # Python reads no keys by a dot
            yield compare(f"expression, {name}, against Python", ours=ours, base=_repeated(_python(text), repeats))
    yield compare(
        "template, against simpleeval in its holes",
        ours=_repeated(_rendering(_TEMPLATE), 2000),
        base=_repeated(_simple_rendering(_TEMPLATE), 2000),
    )


def _repeated(work: Callable[[], object], times: int) -> Callable[[], object]:
    def run() -> None:
        for _ in range(times):
            work()

    return run


def _evaluation(text: str) -> Callable[[], object]:
    """As a step does it: with an environment of its own, whose budget is counted."""
    compiled = compile_expression(text)
    return lambda: compiled.evaluate(_SCOPE, environment=Environment(now=_NOW, seed="bench"))


def _rendering(text: str) -> Callable[[], object]:
    compiled = compile_template(text)
    return lambda: compiled.render(_SCOPE, environment=Environment(now=_NOW, seed="bench"))


def _simple(text: str) -> Callable[[], object]:
    evaluator = EvalWithCompoundTypes(names=_SCOPE, functions={"sum": sum})
    parsed = evaluator.parse(text.strip())
    return lambda: evaluator.eval(text, previously_parsed=parsed)


def _simple_rendering(text: str) -> Callable[[], object]:
    evaluations = {match[1]: _simple(match[1]) for match in _HOLE.finditer(text)}
    return lambda: _HOLE.sub(lambda match: str(evaluations[match[1]]()), text)


def _python(text: str) -> Callable[[], object]:
    compiled = compile(text, "bench", "eval")
    return lambda: eval(compiled, dict(_SCOPE))

"""Safe expressions against Python's own evaluation of the same text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from backend.expressions import Environment, compile_expression
from bench.ratio import Ratio, compare

_ROWS = [{"total": float(number), "paid": number % 3 == 0} for number in range(1000)]
_TEXTS = {
    "boolean": "n > 3 and name == 'x'",
    "arithmetic": "n * 2 + n % 3 - 1",
    "sum over 1,000 rows": "sum([row['total'] for row in rows if row['paid']])",
}


def measure() -> Iterator[Ratio]:
    """One ratio for each text; compiled beforehand on both sides."""
    scope = {"n": 5, "name": "x", "rows": _ROWS}
    for name, text in _TEXTS.items():
        ours, theirs = compile_expression(text), compile(text, "bench", "eval")
        repeats = 20 if "rows" in text else 2000
        yield compare(
            f"expression, {name}",
            ours=lambda ours=ours, repeats=repeats: [
                ours.evaluate(scope, environment=Environment(now=datetime.now(UTC), seed="bench"))
                for _ in range(repeats)
            ],
            base=lambda theirs=theirs, repeats=repeats: [eval(theirs, dict(scope)) for _ in range(repeats)],
        )

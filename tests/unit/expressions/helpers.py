"""What the tests of expressions share."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.expressions import Environment, ExpressionError, compile_expression

NOW = datetime(2026, 1, 30, 14, 30, tzinfo=UTC)  # a Friday


def environment(**kwargs):
    return Environment(now=NOW, seed="job/step", **kwargs)


def evaluate(text, scope=None, **variables):
    return compile_expression(text).evaluate({**(scope or {}), **variables}, environment=environment())


def failure(text, scope=None, **variables):
    """The error that an expression ends with."""
    try:
        result = evaluate(text, scope, **variables)
    except ExpressionError as error:
        return error
    raise AssertionError(f"{text[:80]!r} gave a {type(result).__name__} and should have failed")

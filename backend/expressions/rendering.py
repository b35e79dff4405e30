"""Whole fields: each string in them compiled and filled in by the rules of its context, SQL included."""

from __future__ import annotations

from collections.abc import Mapping

from backend.common.json import JSON
from backend.expressions.errors import too_large
from backend.expressions.frame import Environment
from backend.expressions.sql import SqlTemplate, compile_sql
from backend.expressions.templates import OPEN, Template, compile_template
from backend.expressions.values import MAX_DEPTH

SQL = "sql"


def compile_field(text: str, *, context: str) -> Template | SqlTemplate:
    """The compiled template of any context; raises ExpressionError with the place of the mistake."""
    return compile_sql(text) if context == SQL else compile_template(text, context=context)


def render(
    value: JSON, scope: Mapping[str, JSON], *, environment: Environment, context: str = "json", _depth: int = MAX_DEPTH
) -> JSON:
    """A copy of a JSON value with every string in it filled in; keys stay as they are.

    A statement of SQL with templates becomes what `Statement.as_json` gives.
    """
    if isinstance(value, str):
        if OPEN not in value:
            return value
        if context == SQL:
            return compile_sql(value).render(scope, environment=environment).as_json()
        return compile_template(value, context=context).render(scope, environment=environment)
    if _depth == 0 and isinstance(value, list | dict):
        raise too_large(f"The value is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, list):
        return [render(v, scope, environment=environment, context=context, _depth=_depth - 1) for v in value]
    if isinstance(value, dict):
        return {
            k: render(v, scope, environment=environment, context=context, _depth=_depth - 1) for k, v in value.items()
        }
    return value

"""Tries an expression or a template for the editor: the result and what it is, or the mistake and where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from backend.common.json import JSON
from backend.expressions.errors import ExpressionError
from backend.expressions.expression import compile_expression
from backend.expressions.frame import Environment
from backend.expressions.rendering import SQL, compile_field
from backend.expressions.sql import SqlTemplate
from backend.expressions.values import export, kind


def preview(
    text: str, scope: Mapping[str, JSON], *, environment: Environment, context: str | None = None
) -> dict[str, JSON]:
    """`{value, type, kind, steps}` of an expression, or of a template in its context; `{error, code, position, hint}`
    when there is no value. `type` is the word of JSON Schema, `kind` what the value is inside the language."""
    before = environment.budget.steps
    try:
        value, what = (
            _evaluated(text, scope, environment) if context is None else _filled(text, scope, environment, context)
        )
    except ExpressionError as error:
        return {"error": error.message, "code": str(error.code), "position": error.position, "hint": error.hint}
    return {"value": value, "type": json_type(value), "kind": what, "steps": before - environment.budget.steps}


def _evaluated(text: str, scope: Mapping[str, JSON], environment: Environment) -> tuple[JSON, str]:
    compiled = compile_expression(text)
    value = compiled.value(scope, environment=environment)
    return export(value, budget=environment.budget), kind(value)


def _filled(text: str, scope: Mapping[str, JSON], environment: Environment, context: str) -> tuple[JSON, str]:
    compiled = compile_field(text, context=context)
    if isinstance(compiled, SqlTemplate):
        return compiled.render(scope, environment=environment).as_json(), "an SQL statement"
    value = compiled.render(scope, environment=environment)
    return value, kind(value)


def json_type(value: JSON) -> str:
    """The word of JSON Schema for a value."""
    return {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}.get(
        type(value), "null"
    )


CONTEXTS = ("text", "json", "html", "header", "url", SQL)

"""The expression language and its templates: a safe subset of Python over JSON values. Plain Python, no Django."""

from __future__ import annotations

from backend.expressions.budget import Budget
from backend.expressions.catalogue import catalogue
from backend.expressions.errors import Code, ExpressionError
from backend.expressions.expression import Expression, compile_expression
from backend.expressions.frame import Environment
from backend.expressions.preview import CONTEXTS, preview
from backend.expressions.rendering import compile_field, render
from backend.expressions.sql import SqlTemplate, compile_sql
from backend.expressions.statement import Statement
from backend.expressions.templates import Template, compile_template, value_templates, value_texts

__all__ = [
    "CONTEXTS",
    "Budget",
    "Code",
    "Environment",
    "Expression",
    "ExpressionError",
    "SqlTemplate",
    "Statement",
    "Template",
    "catalogue",
    "compile_expression",
    "compile_field",
    "compile_sql",
    "compile_template",
    "preview",
    "render",
    "value_templates",
    "value_texts",
]

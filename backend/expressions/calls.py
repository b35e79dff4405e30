"""Calls: only functions from the table, and methods chosen by the kind of value and the name."""

from __future__ import annotations

import ast
from types import NoneType
from typing import TYPE_CHECKING, Final

from backend.expressions import comprehensions
from backend.expressions.errors import ExpressionError, type_error
from backend.expressions.frame import Closure, Frame, Value
from backend.expressions.table import FUNCTIONS, METHODS, Callee, check_arguments, method_names, unknown
from backend.expressions.values import KINDS

if TYPE_CHECKING:
    from backend.expressions.compiler import Compiler

_PATTERN_FIRST: Final = "re."


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` as text, when the node is nothing but names and dots."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def function_name(node: ast.Call) -> str | None:
    """The function that a call means, or nothing when it is a method's or no function's."""
    name = dotted(node.func)
    if isinstance(node.func, ast.Name):
        return name
    return name if name in FUNCTIONS or name in _MODULES else None


_MODULES: Final = frozenset({"datetime.strptime", "datetime.datetime.strptime"})  # asked for often, and not there


def call(compiler: Compiler, node: ast.Call) -> Closure:
    """Compiles a call."""
    name = function_name(node)
    if name is not None:
        return _function(compiler, node, name)
    if isinstance(node.func, ast.Attribute):
        return _method(compiler, node, node.func)
    raise compiler.checked.refuse(node, "Only functions and methods can be called.")


def _function(compiler: Compiler, node: ast.Call, name: str) -> Closure:
    position = compiler.position(node)
    callee = FUNCTIONS.get(name)
    if callee is None:
        raise unknown(name, kind="function", known=set(FUNCTIONS)).at(position)
    _check_pattern(compiler, node, callee)
    try:
        check_arguments(callee, positional=len(node.args), keywords=_keywords(node))
    except ExpressionError as error:
        raise error.at(position) from None
    return _run_function(callee, *_arguments(compiler, node, iterates=callee.iterates), position=position)


def _run_function(
    callee: Callee, arguments: list[Closure], fields: list[tuple[str, Closure]], *, position: int
) -> Closure:
    work = callee.run
    if fields or len(arguments) != 1:

        def run(f: Frame) -> Value:
            try:
                return work(f, *[a(f) for a in arguments], **{name: value(f) for name, value in fields})
            except ExpressionError as error:
                error.at(position)
                raise

        return run
    argument = arguments[0]

    def run_one(f: Frame) -> Value:
        try:
            return work(f, argument(f))
        except ExpressionError as error:
            error.at(position)
            raise

    return run_one


def _check_pattern(compiler: Compiler, node: ast.Call, callee: Callee) -> None:
    """Patterns are written down, never computed from data."""
    if not callee.name.startswith(_PATTERN_FIRST) or not node.args:
        return
    if not isinstance(node.args[0], ast.Constant):
        hint = 'Write it out, as in re.search(r"[0-9]+", text).'
        raise compiler.checked.refuse(node.args[0], "A pattern must be written as text in quotes.", hint=hint)


def _method(compiler: Compiler, node: ast.Call, target: ast.Attribute) -> Closure:
    name = target.attr
    position = max(compiler.checked.end(target) - len(name), 0)
    if name not in method_names():
        raise unknown(name, kind="method", known=set(method_names())).at(position)
    value = compiler.compile(target.value)
    arguments, fields = _arguments(compiler, node, iterates=METHODS.get((str, name), _NOTHING).iterates)
    keywords, known = _keywords(node), dict[type, Callee]()

    def run(f: Frame) -> Value:
        owner = value(f)
        try:
            callee = known.get(type(owner))
            if callee is None:
                callee = known[type(owner)] = _find(owner, name, positional=len(arguments), keywords=keywords)
            return callee.run(f, owner, *[a(f) for a in arguments], **{k: v(f) for k, v in fields})
        except ExpressionError as error:
            error.at(position)
            raise

    return run


_NOTHING: Final = Callee("", "", "", lambda: None)


def _find(owner: Value, name: str, *, positional: int, keywords: tuple[str, ...]) -> Callee:
    callee = METHODS.get((type(owner), name))
    if callee is None:
        raise type_error(
            f"{KINDS.get(type(owner), 'this').capitalize()} has no method {name}().", hint=_method_hint(owner, name)
        )
    check_arguments(callee, positional=positional, keywords=keywords)
    return callee


def _method_hint(owner: Value, name: str) -> str:
    if type(owner) is NoneType:
        return "Write default(…, '') around it if it may be missing."
    owners = ", ".join(KINDS[kind] for kind, other in METHODS if other == name)
    return f"It is a method of: {owners}."


def _keywords(node: ast.Call) -> tuple[str, ...]:
    return tuple(k.arg for k in node.keywords if k.arg)


def _arguments(
    compiler: Compiler, node: ast.Call, *, iterates: bool
) -> tuple[list[Closure], list[tuple[str, Closure]]]:
    compiled = [
        comprehensions.generator(compiler, argument)
        if isinstance(argument, ast.GeneratorExp) and iterates and not position
        else compiler.compile(argument)
        for position, argument in enumerate(node.args)
    ]
    return compiled, [(k.arg, compiler.compile(k.value)) for k in node.keywords if k.arg]

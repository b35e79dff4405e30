"""Turns a checked tree into small Python functions, once; running them costs a fraction of walking the tree again.

Nothing here is given to Python's own compiler. The steps of straight code are known beforehand and paid at once;
only loops pay as they go.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from backend.common.suggest import did_you_mean
from backend.expressions import access, calls, comprehensions, fstrings, quick
from backend.expressions.arithmetic import negate, plus
from backend.expressions.check import Checked
from backend.expressions.compare import TESTS
from backend.expressions.errors import Code, ExpressionError, shown
from backend.expressions.frame import Closure, Frame, Value
from backend.expressions.table import FUNCTIONS
from backend.expressions.values import OrderedSet, key, member

_CONSTANTS: Final = {"true": True, "false": False, "null": None, "none": None}
"""Where the scanner does not look, inside f-strings, these words arrive as names."""


class Compiler:
    """Compiles one tree; `cost` counts the steps of the code compiled so far, `slots` the loop variables."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.cost = 0
        self.slots = 0
        self.local: dict[str, int] = {}

    def compile(self, node: ast.expr) -> Closure:
        """The function that evaluates a node."""
        self.cost += 1
        return _COMPILERS[type(node)](self, node)

    def position(self, node: ast.AST) -> int:
        """Where a node starts in the user's text."""
        return self.checked.position(node)


def _constant(_compiler: Compiler, node: ast.Constant) -> Closure:
    value = node.value
    return lambda _f: value


def _name(compiler: Compiler, node: ast.Name) -> Closure:
    name, position = node.id, compiler.position(node)
    slot = compiler.local.get(name)
    if slot is not None:
        return lambda f: f.locals[slot]

    def read(f: Frame) -> Value:
        try:
            return f.scope[name]
        except KeyError:
            if name.lower() in _CONSTANTS:
                return _CONSTANTS[name.lower()]
            raise unknown_name(name, f).at(position) from None

    return read


def unknown_name(name: str, f: Frame) -> ExpressionError:
    """The error for a name that nothing defines."""
    hint = did_you_mean(name, map(str, f.scope))
    if not hint and name in FUNCTIONS:
        hint = f"It is a function: {FUNCTIONS[name].signature}."
    return ExpressionError(Code.UNKNOWN_NAME, f"There is no variable {shown(name)} here.", hint=hint)


def _list(compiler: Compiler, node: ast.List | ast.Tuple) -> Closure:
    parts = [compiler.compile(part) for part in node.elts]
    return lambda f: [part(f) for part in parts]


def _set(compiler: Compiler, node: ast.Set) -> Closure:
    parts = [compiler.compile(part) for part in node.elts]
    return located(lambda f: OrderedSet([member(part(f)) for part in parts]), at=compiler.position(node))


def _dict(compiler: Compiler, node: ast.Dict) -> Closure:
    pairs = [(compiler.compile(k), compiler.compile(v)) for k, v in zip(node.keys, node.values, strict=True) if k]
    return located(lambda f: {key(name(f)): value(f) for name, value in pairs}, at=compiler.position(node))


def located(run: Closure, *, at: int) -> Closure:
    """The same, with the place noted in an error that has none yet."""

    def guarded(f: Frame) -> Value:
        try:
            return run(f)
        except ExpressionError as error:
            error.at(at)
            raise

    return guarded


def _both(compiler: Compiler, node: ast.BoolOp) -> Closure:
    parts = [compiler.compile(part) for part in node.values]
    first, rest = parts[0], parts[1:]
    until = isinstance(node.op, ast.Or)  # the truth at which the value is decided

    def run(f: Frame) -> Value:
        value = first(f)
        for part in rest:
            if bool(value) is until:
                return value
            value = part(f)
        return value

    return run


def _unary(compiler: Compiler, node: ast.UnaryOp) -> Closure:
    inner = compiler.compile(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda f: not inner(f)
    work = negate if isinstance(node.op, ast.USub) else plus
    return located(lambda f: work(inner(f)), at=compiler.position(node))


def _binary(compiler: Compiler, node: ast.BinOp) -> Closure:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    return quick.binary(type(node.op), left, right, at=compiler.position(node))


def _compare(compiler: Compiler, node: ast.Compare) -> Closure:
    first = compiler.compile(node.left)
    if len(node.ops) == 1:
        right = compiler.compile(node.comparators[0])
        return quick.comparison(type(node.ops[0]), first, right, at=compiler.position(node))
    rest = [(TESTS[type(op)], compiler.compile(side)) for op, side in zip(node.ops, node.comparators, strict=True)]

    def chain(f: Frame) -> Value:
        left = first(f)
        for test, side in rest:
            right = side(f)
            if not test(left, right, f.budget):
                return False
            left = right
        return True

    return located(chain, at=compiler.position(node))


def _choice(compiler: Compiler, node: ast.IfExp) -> Closure:
    test, then, otherwise = map(compiler.compile, (node.test, node.body, node.orelse))
    return lambda f: then(f) if test(f) else otherwise(f)


def _attribute(compiler: Compiler, node: ast.Attribute) -> Closure:
    value, name = compiler.compile(node.value), node.attr
    position = max(compiler.checked.end(node) - len(name), 0)

    def read(f: Frame) -> Value:
        owner = value(f)
        if type(owner) is dict:
            return owner.get(name)
        try:
            return access.field(owner, name=name)
        except ExpressionError as error:
            error.at(position)
            raise

    return read


def _subscript(compiler: Compiler, node: ast.Subscript) -> Closure:
    value, position = compiler.compile(node.value), compiler.position(node)
    if isinstance(node.slice, ast.Slice):
        bounds = [compiler.compile(b) if b else None for b in (node.slice.lower, node.slice.upper, node.slice.step)]
        return located(
            lambda f: access.cut(value(f), [b(f) if b else None for b in bounds], budget=f.budget), at=position
        )
    index = compiler.compile(node.slice)

    def read(f: Frame) -> Value:
        try:
            return access.item(value(f), index(f))
        except ExpressionError as error:
            error.at(position)
            raise

    return read


def _generator(compiler: Compiler, node: ast.GeneratorExp) -> Closure:
    hint = "Put [ ] around it to make a list."
    raise compiler.checked.refuse(node, "A generator stands only as the first argument of a function.", hint=hint)


def _slice(compiler: Compiler, node: ast.Slice) -> Closure:
    raise compiler.checked.refuse(node, "A list has one index only.", hint="Write rows[0][1] for a list in a list.")


_COMPILERS: Final[dict[type[ast.expr], Callable[..., Closure]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BoolOp: _both,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: calls.call,
    ast.ListComp: comprehensions.list_of,
    ast.SetComp: comprehensions.set_of,
    ast.DictComp: comprehensions.dict_of,
    ast.GeneratorExp: _generator,
    ast.JoinedStr: fstrings.joined,
}

"""Comprehensions and generator arguments. Loop variables live in slots and are gone after the loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from backend.expressions.errors import ExpressionError, type_error
from backend.expressions.frame import Closure, Frame, Value
from backend.expressions.values import OrderedSet, iterate, key, kind, member

if TYPE_CHECKING:
    from backend.expressions.compiler import Compiler

Loop = Callable[[Frame], Iterator[Value]]
Setter = Callable[[Frame, Value], None]


def list_of(compiler: Compiler, node: ast.ListComp) -> Closure:
    """`[x for …]`"""
    loop = _loop(compiler, node, lambda: compiler.compile(node.elt))
    return lambda f: list(loop(f))


def set_of(compiler: Compiler, node: ast.SetComp) -> Closure:
    """`{x for …}`"""
    loop = _loop(compiler, node, lambda: compiler.compile(node.elt))
    return lambda f: OrderedSet(map(member, loop(f)))


def dict_of(compiler: Compiler, node: ast.DictComp) -> Closure:
    """`{k: v for …}`"""

    def pair() -> Closure:
        name, value = compiler.compile(node.key), compiler.compile(node.value)
        return lambda f: (key(name(f)), value(f))

    loop = _loop(compiler, node, pair)
    return lambda f: dict(loop(f))


def generator(compiler: Compiler, node: ast.GeneratorExp) -> Closure:
    """`x for …` as the argument of a function, which takes no more items than it needs."""
    compiler.cost += 1
    return _loop(compiler, node, lambda: compiler.compile(node.elt))


def _loop(
    compiler: Compiler,
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    element: Callable[[], Closure],
) -> Loop:
    source = compiler.compile(node.generators[0].iter)  # in the scope outside
    position = compiler.position(node.generators[0].iter)
    outside, paid = dict(compiler.local), compiler.cost
    compiler.cost = 0
    first, rest = node.generators[0], node.generators[1:]
    setter, tests = _bind(compiler, first)
    body = _inner(compiler, rest[0], element) if rest else _each(element())
    cost = max(compiler.cost, 1)
    compiler.local, compiler.cost = outside, paid
    return _repeat(source, setter, tests, body, cost=cost, at=position)


def _inner(compiler: Compiler, node: ast.comprehension, element: Callable[[], Closure]) -> Loop:
    source, position = compiler.compile(node.iter), compiler.position(node.iter)
    paid, compiler.cost = compiler.cost, 0
    setter, tests = _bind(compiler, node)
    body = _each(element())
    cost, compiler.cost = max(compiler.cost, 1), paid
    return _repeat(source, setter, tests, body, cost=cost, at=position)


def _bind(compiler: Compiler, node: ast.comprehension) -> tuple[Setter, list[Closure]]:
    setter = _target(compiler, node.target)
    return setter, [compiler.compile(test) for test in node.ifs]


def _each(element: Closure) -> Loop:
    def once(f: Frame) -> Iterator[Value]:
        yield element(f)

    once.element = element  # type: ignore[attr-defined]  # lets the innermost loop skip the generator
    return once


def _repeat(source: Closure, setter: Setter, tests: list[Closure], body: Loop, *, cost: int, at: int) -> Loop:
    element: Closure | None = getattr(body, "element", None)
    test = _all(tests)

    def run(f: Frame) -> Iterator[Value]:
        budget = f.budget
        try:
            found = iterate(source(f), budget=budget)
        except ExpressionError as error:
            error.at(at)
            raise
        for item in found:
            budget.spend(cost)
            setter(f, item)
            if test is None or test(f):
                if element is not None:
                    yield element(f)
                else:
                    yield from body(f)

    return run


def _all(tests: list[Closure]) -> Closure | None:
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda f: all(test(f) for test in tests)


def _target(compiler: Compiler, node: ast.expr) -> Setter:
    """What puts an item into the loop variable, or its parts into several."""
    if isinstance(node, ast.Name):
        slot = compiler.slots
        compiler.slots += 1
        compiler.local[node.id] = slot
        return lambda f, item: f.locals.__setitem__(slot, item)
    if not isinstance(node, ast.Tuple | ast.List):
        raise compiler.checked.refuse(node, "A loop variable is a name, or several names.")
    setters, position = [_target(compiler, part) for part in node.elts], compiler.position(node)

    def unpack(f: Frame, item: Value) -> None:
        if type(item) is not list or len(item) != len(setters):
            message = f"Each item must be a list of {len(setters)}, and this one is {kind(item)}"
            length = f" of {len(item)}" if type(item) is list else ""
            raise type_error(f"{message}{length}.").at(position)
        for setter, part in zip(setters, item, strict=True):
            setter(f, part)

    return unpack

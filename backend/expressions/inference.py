"""The shape of an expression's value before it is evaluated, and what cannot work whatever the values are.

It only speaks where something is known: a value of unknown shape fits everywhere, and null is held against nobody.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from backend.common.suggest import did_you_mean
from backend.expressions import shapes
from backend.expressions.calls import function_name
from backend.expressions.check import Checked
from backend.expressions.errors import shown
from backend.expressions.scan import scan
from backend.expressions.shapes import ANY, NUMBERS, Shape
from backend.expressions.table import METHODS

_NUMERIC: Final = ("integer", "number", "boolean")
_ORDERED: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_RESULTS: Final[dict[str, Shape]] = {
    **dict.fromkeys(("len", "int", "floor", "ceil", "math.floor", "math.ceil", "randint"), shapes.of("integer")),
    **dict.fromkeys(("float", "sqrt", "math.sqrt", "random"), shapes.of("number")),
    **dict.fromkeys(("str", "json.dumps", "uuid4"), shapes.of("string")),
    **dict.fromkeys(("bool", "any", "all", "contains"), shapes.of("boolean")),
    **dict.fromkeys(("range",), Shape(frozenset({"array"}), items=shapes.of("integer"))),
    **dict.fromkeys(("keys",), Shape(frozenset({"array"}), items=shapes.of("string"))),
    **dict.fromkeys(("values", "zip", "enumerate", "re.findall", "re.split"), shapes.of("array")),
}
_OF_TEXT: Final = {
    **dict.fromkeys(("lower", "upper", "title", "capitalize", "strip", "replace", "join"), shapes.of("string")),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isalnum", "isspace"), shapes.of("boolean")),
    **dict.fromkeys(("find", "count"), shapes.of("integer")),
    **dict.fromkeys(("split", "splitlines"), Shape(frozenset({"array"}), items=shapes.of("string"))),
}
_KINDS_OF: Final[dict[type, str]] = {str: "string", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that cannot work, and where in the text."""

    message: str
    hint: str
    position: int


@dataclass(slots=True)
class Inference:
    """What one expression gives, with all that clashes in it."""

    shape: Shape = ANY
    clashes: list[Clash] = field(default_factory=list)


def infer(text: str, names: Mapping[str, Shape]) -> Inference:
    """The shape of an expression over variables of these shapes. The text must be one that compiles."""
    checked = Checked(scan(text))
    walker = _Walker(checked, dict(names))
    return Inference(walker.visit(checked.root), walker.clashes)


class _Walker:
    def __init__(self, checked: Checked, names: dict[str, Shape]) -> None:
        self.checked = checked
        self.names = names
        self.clashes: list[Clash] = []
        self._visitors: dict[type[ast.AST], Callable[..., Shape]] = {
            ast.Constant: lambda node: shapes.from_sample(node.value),
            ast.Name: lambda node: self.names.get(node.id, ANY),
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.BinOp: self._binary,
            ast.Compare: self._compare,
            ast.IfExp: self._choice,
            ast.BoolOp: lambda node: shapes.union([self.visit(value) for value in node.values]),
            ast.UnaryOp: self._unary,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Dict: self._dict,
            ast.JoinedStr: self._joined,
            ast.Call: self._call,
            ast.ListComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.DictComp: self._comprehension,
        }

    def visit(self, node: ast.AST) -> Shape:
        visitor = self._visitors.get(type(node))
        if visitor is not None:
            return visitor(node)
        for child in ast.iter_child_nodes(node):
            self.visit(child)
        return ANY

    def _clash(self, node: ast.AST, message: str, *, hint: str = "") -> Shape:
        self.clashes.append(Clash(message, hint, self.checked.position(node)))
        return ANY

    def _attribute(self, node: ast.Attribute) -> Shape:
        return self._field(node, self.visit(node.value), node.attr)

    def _field(self, node: ast.AST, owner: Shape, name: str) -> Shape:
        if owner.never("object") and not owner.only("string"):  # ISO text beside a date may be read as one
            hint = "Take one item first, as in rows[0]." if owner.only("array") else ""
            return self._clash(node, f"This is {owner.words()}, which has no field {shown(name)}.", hint=hint)
        if owner.fields is None or not owner.only("object"):
            return ANY
        if name in owner.fields:
            return owner.fields[name]
        known = ", ".join(list(owner.fields)[:10]) or "none"
        hint = did_you_mean(name, owner.fields) or f"There are: {known}."
        return ANY if owner.is_open else self._clash(node, f"There is no field {shown(name)}.", hint=hint)

    def _subscript(self, node: ast.Subscript) -> Shape:
        owner = self.visit(node.value)
        if isinstance(node.slice, ast.Slice):
            self.visit(node.slice)
            return owner
        index = self.visit(node.slice)
        if isinstance(node.slice, ast.Constant) and type(node.slice.value) is str and not owner.only("string"):
            return self._field(node, owner, node.slice.value)
        if owner.only("array", "string") and index.never(*_NUMERIC):
            return self._clash(node, f"{owner.words().capitalize()} is indexed by a whole number.")
        if owner.only("string"):
            return shapes.of("string")
        return (owner.items or ANY) if owner.only("array") else ANY

    def _binary(self, node: ast.BinOp) -> Shape:
        left, right = self.visit(node.left), self.visit(node.right)
        if not left.present or not right.present:
            return ANY
        result = _result(left, right, node.op)
        if result is not None:
            return result
        is_text = isinstance(node.op, ast.Add) and "string" in left.present | right.present
        return self._clash(
            node,
            f"“{_SIGNS[type(node.op)]}” cannot work on {left.words()} and {right.words()}.",
            hint="Write str(…) around the number." if is_text else "",
        )

    def _compare(self, node: ast.Compare) -> Shape:
        sides = [self.visit(side) for side in (node.left, *node.comparators)]
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            one, other = _comparable(left), _comparable(right)
            if not one or not other or one & other:
                continue
            if isinstance(op, _ORDERED):
                self._clash(node, f"There is no order between {left.words()} and {right.words()}.")
            elif isinstance(op, ast.Eq | ast.NotEq):
                always = "never" if isinstance(op, ast.Eq) else "always"
                message = f"{left.words().capitalize()} and {right.words()} are never equal: this is {always} true."
                self._clash(node, message)
        return shapes.of("boolean")

    def _choice(self, node: ast.IfExp) -> Shape:
        self.visit(node.test)
        return shapes.union([self.visit(node.body), self.visit(node.orelse)])

    def _unary(self, node: ast.UnaryOp) -> Shape:
        inner = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return shapes.of("boolean")
        return inner if inner.only(*NUMBERS) else ANY

    def _list(self, node: ast.List | ast.Tuple) -> Shape:
        items = [self.visit(item) for item in node.elts]
        return Shape(frozenset({"array"}), items=shapes.union(items) if items else None)

    def _dict(self, node: ast.Dict) -> Shape:
        values = [self.visit(value) for value in node.values]
        names = [key.value for key in node.keys if isinstance(key, ast.Constant) and type(key.value) is str]
        if len(names) != len(values):
            return shapes.of("object")
        return Shape(frozenset({"object"}), dict(zip(names, values, strict=True)), is_open=False)

    def _joined(self, node: ast.JoinedStr) -> Shape:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)
        return shapes.of("string")

    def _call(self, node: ast.Call) -> Shape:
        name = function_name(node)
        arguments = [self.visit(argument) for argument in (*node.args, *(k.value for k in node.keywords))]
        if name is not None:
            return self._function(node, name, arguments)
        if not isinstance(node.func, ast.Attribute):
            return ANY
        owner, method = self.visit(node.func.value), node.func.attr
        owners = {_KINDS_OF.get(kind, "") for kind, known in METHODS if known == method}
        if owners and "" not in owners and owner.never(*owners):
            return self._clash(node, f"This is {owner.words()}, which has no method {method}().")
        return _OF_TEXT.get(method, ANY) if owner.only("string") else ANY

    def _function(self, node: ast.Call, name: str, arguments: list[Shape]) -> Shape:
        first = arguments[0] if arguments else ANY
        if name == "len" and first.only(*_NUMERIC):
            return self._clash(node, f"len() cannot count {first.words()}.")
        if name in {"sorted", "reversed", "list"} and first.only("array"):
            return first
        if name in {"abs", "round", "sum"}:
            return shapes.of("number") if first.present else ANY
        if name == "default" and len(arguments) == 2:
            return shapes.union(arguments)
        return _RESULTS.get(name, ANY)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Shape:
        outside = dict(self.names)
        for loop in node.generators:
            source = self.visit(loop.iter)
            if source.only(*_NUMERIC):
                self._clash(loop.iter, f"There is nothing to go through: this is {source.words()}, not a list.")
            for target in ast.walk(loop.target):
                if isinstance(target, ast.Name):
                    self.names[target.id] = ANY
            if isinstance(loop.target, ast.Name) and source.only("array"):
                self.names[loop.target.id] = source.items or ANY
            for test in loop.ifs:
                self.visit(test)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
            self.names = outside
            return shapes.of("object")
        item = self.visit(node.elt)
        self.names = outside
        return Shape(frozenset({"array"}), items=item if item.kinds else None)


_SIGNS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}


def _result(left: Shape, right: Shape, op: ast.operator) -> Shape | None:
    """What an operator gives; None when it cannot work on these."""
    both = left.present | right.present
    if both <= {*NUMBERS, "boolean"}:
        whole = both <= {"integer", "boolean"} and not isinstance(op, ast.Div | ast.Pow)
        return shapes.of("integer" if whole else "number")
    if isinstance(op, ast.Add) and left.present == right.present and left.only("string", "array"):
        return left
    repeats = isinstance(op, ast.Mult) and (left.only("integer") or right.only("integer"))
    if repeats and both <= {"integer", "string", "array"}:
        return left if right.only("integer") else right
    return ANY if _fits(left, right, op) else None


def _fits(left: Shape, right: Shape, op: ast.operator) -> bool:
    """Whether some of the kinds go together; text may be ISO text beside a date, and is left alone beside text."""
    for one in left.present:
        for other in right.present:
            pair = {one, other}
            if pair <= {"integer", "number", "boolean"}:
                return True
            if one == other and isinstance(op, ast.Add) and one in {"string", "array"}:
                return True
            if isinstance(op, ast.Mult) and "integer" in pair and pair & {"string", "array"}:
                return True
    return False


def _comparable(shape: Shape) -> frozenset[str]:
    """The kinds by what they compare with: all numbers, and true and false among them, are one."""
    return frozenset("number" if kind in {"integer", "boolean"} else kind for kind in shape.present)

"""The white list: which pieces of Python's grammar the language has. Everything else is refused by name."""

from __future__ import annotations

import ast
import re
import sys
from typing import Final

from backend.expressions.errors import Code, ExpressionError, shown
from backend.expressions.scan import Scanned
from backend.expressions.values import MAX_BITS

MAX_NODES = 1500
MAX_DEPTH = 48
MAX_LOOPS = 2

ALLOWED: Final = frozenset(
    name
    for line in (
        "Expression Constant Name Attribute Subscript Slice List Tuple Dict Set BoolOp UnaryOp BinOp Compare",
        "IfExp Call keyword ListComp SetComp GeneratorExp DictComp comprehension JoinedStr FormattedValue",
        "Load Store And Or Not USub UAdd Add Sub Mult Div FloorDiv Mod Pow Eq NotEq Lt LtE Gt GtE In NotIn Is",
        "IsNot",
    )
    for name in line.split()
)

_PROGRAM = "Programs belong in a script step."
_SETS = "Use a.union(b) or a.intersection(b) for sets, merge(a, b) for objects, “and” and “or” for conditions."

REFUSED: Final[dict[str, tuple[str, str]]] = {
    "Lambda": ("a function of your own", 'Use a comprehension, or by="field" for sorting.'),
    "NamedExpr": ("an assignment", _PROGRAM),
    "Await": ("“await”", _PROGRAM),
    "Yield": ("“yield”", _PROGRAM),
    "YieldFrom": ("“yield”", _PROGRAM),
    "Starred": ("“*” before a value", "Write a + b for lists."),
    "LShift": ("the operator “<<”", "Write a * 2 ** n."),
    "RShift": ("the operator “>>”", "Write a // 2 ** n."),
    "BitOr": ("the operator “|”", _SETS),
    "BitAnd": ("the operator “&”", _SETS),
    "BitXor": ("the operator “^”", "Write a ** b for a power."),
    "Invert": ("the operator “~”", "Write “not”."),
    "MatMult": ("the operator “@”", ""),
    "TemplateStr": ("a template text", "Write an f-string."),
    "Interpolation": ("a template text", "Write an f-string."),
}
"""Expressions and operators that Python has and the language does not: what they are, and what to write instead."""

UNREACHABLE: Final = frozenset(
    name
    for line in (
        "AST mod expr stmt expr_context boolop operator unaryop cmpop excepthandler pattern type_ignore",
        "type_param Module Interactive FunctionType FunctionDef AsyncFunctionDef ClassDef Return Delete",
        "Assign TypeAlias AugAssign AnnAssign For AsyncFor While If With AsyncWith Match Raise Try TryStar",
        "Assert Import ImportFrom Global Nonlocal Expr Pass Break Continue ExceptHandler arguments arg alias",
        "withitem match_case MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar",
        "MatchAs MatchOr TypeIgnore TypeVar ParamSpec TypeVarTuple Del Suite Param AugLoad AugStore Index",
        "ExtSlice slice Num Str Bytes NameConstant Ellipsis",
    )
    for name in line.split()
)
"""Statements, patterns and helpers, which a single expression can never hold; refused all the same."""


class Checked:
    """A tree that holds nothing but what is allowed, with the way back to places in the user's text."""

    def __init__(self, scanned: Scanned) -> None:
        self._scanned = scanned
        self._bytes = None if scanned.text.isascii() else scanned.text.encode()
        self.root = _parse(scanned)
        self._walk()

    def position(self, node: ast.AST) -> int:
        """The character in the user's text at which a node starts."""
        return self._place(getattr(node, "col_offset", 0))

    def end(self, node: ast.AST) -> int:
        """The character after its last one."""
        return self._place(getattr(node, "end_col_offset", None) or 0)

    def _place(self, column: int) -> int:
        if self._bytes is not None:  # the parser counts bytes
            column = len(self._bytes[:column].decode(errors="ignore"))
        return self._scanned.origin(column)

    def _walk(self) -> None:
        """Visits every node without recursion, for the tree may still be too deep for that."""
        pending: list[tuple[ast.AST, int]] = [(self.root, 0)]
        seen = 0
        while pending:
            node, depth = pending.pop()
            seen += 1
            if seen > MAX_NODES or depth > MAX_DEPTH:
                raise ExpressionError(
                    Code.LIMIT_SIZE,
                    "The expression is too large." if seen > MAX_NODES else "The expression is nested too deeply.",
                    position=self.position(node),
                    hint="Split it, or use a script step.",
                )
            self._check(node)
            children = ast.iter_child_nodes(node)
            pending.extend((child, depth + 1) for child in children if not isinstance(child, ast.expr_context))

    def _check(self, node: ast.AST) -> None:
        name = type(node).__name__
        if name not in ALLOWED:
            what, hint = REFUSED.get(name, (f"“{name}”", _PROGRAM))
            raise self.refuse(node, f"The language does not have {what}.", hint=hint)
        check = _CHECKS.get(type(node))
        if check is not None:
            check(self, node)

    def refuse(self, node: ast.AST, message: str, *, hint: str = "") -> ExpressionError:
        """The error for something that the language does not have."""
        return ExpressionError(Code.NOT_ALLOWED, message, position=self.position(node), hint=hint)


def _parse(scanned: Scanned) -> ast.expr:
    try:
        return ast.parse(scanned.text, mode="eval").body
    except SyntaxError as error:
        place = scanned.origin(error.offset - 1 if error.offset else len(scanned.text))  # no offset: at the end
        message, hint = _explained(scanned.text)
        raise ExpressionError(Code.SYNTAX, message, position=place, hint=hint) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(Code.SYNTAX, "The expression cannot be read.", position=scanned.start) from None


_SLIPS: Final = (
    (re.compile(r"=>"), "Write “>=” to compare; a function of your own is a comprehension: [r.price for r in rows]."),
    (re.compile(r"<>"), "Write “!=”."),
    (re.compile(r"->"), "Write “.” for a field, as in user.name."),
    (re.compile(r"\+\+|--"), "Values are never changed: write total + 1."),
    (re.compile(r"\b0\d"), "A number does not begin with 0."),
    (re.compile(r"(?<![=!<>])=(?!=)\s|\s=(?!=)"), "Write “==” to compare."),
    (re.compile(r"^[^=!<>]*(?<![=!<>])=(?!=)[^=!<>]*$"), "Write “==” to compare."),
    (re.compile(r"\bfor\b"), "Put [ ] around a comprehension: [r.price for r in rows]."),
)
"""What other languages write, and what to write here; only looked at when the text cannot be parsed."""


def _explained(text: str) -> tuple[str, str]:
    """What to say about text that Python cannot parse; its own messages speak of programs."""
    first = re.split(r"[\s(]", text.strip(), maxsplit=1)[0]
    if first in {"if", "new"}:
        hint = "Write: a if condition else b." if first == "if" else "Write now() for the current time."
        return f"An expression cannot start with “{first}”.", hint
    if first in {"import", "from", "def", "for", "while", "return", "class", "with", "try", "raise", "del"}:
        return f"An expression cannot start with “{first}”.", _PROGRAM
    if any(text.count(opening) != text.count(closing) for opening, closing in ("()", "[]", "{}")):
        return "The brackets do not match.", "Close every ( [ { again."
    if {"IN", "IS", "IF", "ELSE", "FOR"} & set(text.split()):
        return "This is not a valid expression.", "Write in, is, if, else and for in lower case."
    for pattern, hint in _SLIPS:
        if pattern.search(text):
            return "This is not a valid expression.", hint
    return "This is not a valid expression.", "Look at the place: an operator, a comma or a quote may be missing."


def _check_constant(checked: Checked, node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    value = node.value
    if type(value) is int and value.bit_length() > MAX_BITS:
        message = f"The number is too large: at most {MAX_BITS} bits."
        raise ExpressionError(Code.LIMIT_SIZE, message, position=checked.position(node))
    if type(value) is float and abs(value) > sys.float_info.max:
        raise ExpressionError(Code.LIMIT_SIZE, "The number is too large.", position=checked.position(node))
    if type(value) is str and any("\ud800" <= character <= "\udfff" for character in value):
        raise checked.refuse(node, "The text holds half a character.")
    if value is not None and type(value) not in (bool, int, float, str):
        raise checked.refuse(node, "This kind of constant is not known here.")


def _check_name(checked: Checked, node: ast.AST) -> None:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", None) or getattr(node, "arg", None)
    if name is None:  # the keyword argument `**fields`
        raise checked.refuse(node, "The language does not have “**” before a value.", hint="Write merge(a, b).")
    if name.startswith("__"):
        raise checked.refuse(node, f"{shown(name)}: names that start with two underscores are not known here.")


def _check_dict(checked: Checked, node: ast.AST) -> None:
    assert isinstance(node, ast.Dict)
    if None in node.keys:
        raise checked.refuse(node, "The language does not have “**” in an object.", hint="Write merge(a, b).")


def _check_loops(checked: Checked, node: ast.AST) -> None:
    loops: list[ast.comprehension] = getattr(node, "generators", [])
    if len(loops) > MAX_LOOPS or any(loop.is_async for loop in loops):
        raise checked.refuse(node, f"A comprehension has at most {MAX_LOOPS} “for”.", hint="Use a loop step.")


def _check_operand(checked: Checked, node: ast.AST) -> None:
    assert isinstance(node, ast.Compare)
    sides = [node.left, *node.comparators]
    for position, test in enumerate(node.ops):
        if isinstance(test, ast.Is | ast.IsNot) and not any(_is_single(s) for s in sides[position : position + 2]):
            raise checked.refuse(node, "“is” compares with None, True or False only.", hint="Write “==”.")


def _is_single(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or type(node.value) is bool)


_CHECKS: Final = {
    ast.Constant: _check_constant,
    ast.Name: _check_name,
    ast.Attribute: _check_name,
    ast.keyword: _check_name,
    ast.Dict: _check_dict,
    ast.ListComp: _check_loops,
    ast.SetComp: _check_loops,
    ast.DictComp: _check_loops,
    ast.GeneratorExp: _check_loops,
    ast.Compare: _check_operand,
}

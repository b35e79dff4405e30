"""Whether source code can be parsed, language by language. Code is only ever read here, never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_LENGTH = 500_000  # characters
_SHOWN = 60
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing in a text that its language does not know."""

    line: int
    message: str
    hint: str = ""


def python_fault(code: str) -> Fault | None:
    """What is wrong with Python; a top-level `return` or `await` is fine, as in the sandbox."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as odd escapes: they run
            ast.parse(code)
    except SyntaxError as error:
        line = error.lineno or 1
        return Fault(line, f"Line {line} is not valid Python: {error.msg}.", (error.text or "").strip()[:200])
    except (ValueError, RecursionError, MemoryError):
        hint = "Remove null characters, and simplify very deep nesting."
        return Fault(1, "The code cannot be parsed.", hint)
    return None


def javascript_fault(code: str) -> Fault | None:
    """What is wrong with JavaScript that runs as the body of an async function."""
    root = _javascript().parse(code.encode("utf-8", "replace")).root_node
    fault = _fault(root, language="JavaScript")
    if fault is not None:
        return fault
    for child in root.children:
        if child.type in {"import_statement", "export_statement"}:
            line = child.start_point[0] + 1
            word = child.type.removesuffix("_statement")
            hint = 'Write const fs = await import("node:fs").' if word == "import" else "Write “return” for the result."
            return Fault(line, f"Line {line}: “{word}” stands only in modules, and a script is none.", hint)
    return None


def bash_fault(code: str) -> Fault | None:
    """What looks wrong with Bash; its grammar has no end of special cases, so that this is advice."""
    return _fault(_bash().parse(code.encode("utf-8", "replace")).root_node, language="Bash")


PARSERS: Final[dict[str, Callable[[str], Fault | None]]] = {
    "python": python_fault,
    "javascript": javascript_fault,
    "bash": bash_fault,
}
ADVICE_ONLY: Final = frozenset({"bash"})


@lru_cache(maxsize=1)
def _javascript() -> Parser:
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))


@lru_cache(maxsize=1)
def _bash() -> Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _fault(root: Node, *, language: str) -> Fault | None:
    if not root.has_error:
        return None
    node = next(_broken(root), root)
    line = node.start_point[0] + 1
    return Fault(line, f"Line {line} is not valid {language}{_reason(node, line)}.")


def _reason(node: Node, line: int) -> str:
    if node.is_missing:
        begun = node.parent.start_point[0] + 1 if node.parent else line
        where = f" for what begins in line {begun}" if begun != line else ""
        return f": “{node.type}” is missing{where}"
    unclosed = [child.type for child in node.children if child.type in _CLOSING]
    closed = {child.type for child in node.children}
    for sign in unclosed:
        if _CLOSING[sign] not in closed:
            return f": “{sign}” is never closed"
    text = (node.text or b"").decode("utf-8", "replace").strip().partition("\n")[0][:_SHOWN]
    return f" near “{text}”" if text else ""


def _broken(root: Node) -> Iterator[Node]:
    """The pieces that fit nowhere or are missing, in the order of the text. No recursion: code may nest deeply."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_missing or node.is_error:
            inner = next((child for child in node.children if child.is_missing or child.is_error), None)
            yield inner or node
            continue
        pending.extend(child for child in reversed(node.children) if child.has_error)

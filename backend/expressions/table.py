"""The one table of functions and methods: what is not in it cannot be called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from backend.common.suggest import did_you_mean
from backend.expressions.errors import Code, ExpressionError
from backend.expressions.frame import Value

Implementation = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Callee:
    """A function or a method of the language: how it is written, what it is for, and what does it.

    A function gets the frame and its arguments; a method the frame, its value and its arguments.
    """

    name: str
    signature: str
    help: str
    run: Implementation
    owner: type | None = None  # of a method: the kind of value that has it
    iterates: bool = False  # may be given a generator as its first argument


FUNCTIONS: Final[dict[str, Callee]] = {}
METHODS: Final[dict[tuple[type, str], Callee]] = {}


def function(
    signature: str, help_text: str, *, aliases: tuple[str, ...] = (), iterates: bool = False
) -> Callable[[Implementation], Implementation]:
    """Puts a function into the table under the name that its signature starts with, and under its aliases."""

    def register(run: Implementation) -> Implementation:
        name = signature.partition("(")[0]
        callee = Callee(name, signature, help_text, run, iterates=iterates)
        FUNCTIONS.update(dict.fromkeys((name, *aliases), callee))
        return run

    return register


def method(
    owner: type, signature: str, help_text: str, *, iterates: bool = False
) -> Callable[[Implementation], Implementation]:
    """Puts a method of one kind of value into the table."""

    def register(run: Implementation) -> Implementation:
        name = signature.partition("(")[0]
        METHODS[owner, name] = Callee(name, signature, help_text, run, owner=owner, iterates=iterates)
        return run

    return register


def check_arguments(callee: Callee, *, positional: int, keywords: tuple[str, ...]) -> None:
    """Raises a type error with the signature when so many arguments by those names do not fit."""
    if not _fits(callee.run, positional + (2 if callee.owner else 1), keywords):
        hint = _UNSUPPORTED_KEYWORDS.get(next(iter(keywords), ""), "")
        message = f"{callee.name}() is called in the wrong way. It is: {callee.signature}"
        raise ExpressionError(Code.TYPE, message, hint=hint)


_UNSUPPORTED_KEYWORDS: Final = {
    "key": 'Functions cannot be passed. Sort by a field: sorted(rows, by="price").',
    "flags": 'Put flags into the pattern: "(?i)…" ignores case.',
}


@lru_cache(maxsize=1000)
def _fits(run: Implementation, positional: int, keywords: tuple[str, ...]) -> bool:
    try:
        inspect.signature(run).bind(*[None] * positional, **dict.fromkeys(keywords))
    except TypeError:
        return False
    return True


def method_names() -> frozenset[str]:
    """The names of all methods of all kinds."""
    return frozenset(name for _, name in METHODS)


def unknown(name: str, *, kind: str, known: set[str]) -> ExpressionError:
    """The error for a function or method that the language does not have."""
    hint = _REFUSED.get(name) or did_you_mean(name, known) or "See the list of functions in the documentation."
    return ExpressionError(Code.UNKNOWN_FUNCTION, f"There is no {kind} {name[:60]}().", hint=hint)


_UNCHANGEABLE = "Values are never changed: make a new one"
_SAFE = "Expressions reach values only; use a script step for programs."

_REFUSED: Final = {
    **dict.fromkeys(("append", "extend", "insert"), f"{_UNCHANGEABLE}, such as rows + [row]."),
    **dict.fromkeys(("update", "setdefault"), f"{_UNCHANGEABLE}, such as merge(a, b)."),
    **dict.fromkeys(("pop", "remove", "clear", "popitem"), f"{_UNCHANGEABLE}, such as [r for r in rows if …]."),
    "sort": "Write sorted(rows).",
    **dict.fromkeys(("length", "size"), "Write len(rows)."),
    "toFixed": "Use an f-string: f'{price:.2f}'.",
    **dict.fromkeys(("toString", "String"), "Write str(value)."),
    **dict.fromkeys(("parseInt", "Number", "parseFloat"), "Write int(text) or float(text)."),
    **dict.fromkeys(("toUpperCase", "toLowerCase", "trim"), "Write upper(), lower() or strip()."),
    **dict.fromkeys(("includes", "indexOf", "has"), "Write: item in rows."),
    **dict.fromkeys(("push", "concat"), f"{_UNCHANGEABLE}, such as rows + [row]."),
    **dict.fromkeys(("parse", "JSON.parse"), "Write json.loads(text)."),
    **dict.fromkeys(("stringify", "JSON.stringify"), "Write json.dumps(value)."),
    **dict.fromkeys(("IF", "iif", "IIF"), "Write: a if condition else b."),
    **{name: f"It is a function: {name}(…)." for name in ("round", "floor", "ceil", "abs", "max", "min", "sum")},
    **dict.fromkeys(("some", "every", "reduce"), "Use a comprehension: [x for x in rows if x.active]."),
    "reverse": "Write reversed(rows) or rows[::-1].",
    **dict.fromkeys(("format", "format_map"), "Use an f-string: f'{name}: {total:.2f}'."),
    **dict.fromkeys(("ljust", "rjust", "center", "zfill"), "Use an f-string: f'{name:>10}' or f'{number:05}'."),
    **dict.fromkeys(("map", "filter"), "Use a comprehension: [x.name for x in rows if x.active]."),
    **dict.fromkeys(("eval", "exec", "compile", "open", "getattr", "setattr", "vars", "dir", "type", "print"), _SAFE),
    **dict.fromkeys(("__import__", "globals", "locals", "input", "object", "id", "hash", "repr"), _SAFE),
    **dict.fromkeys(("strptime", "datetime.strptime"), "Write datetime.fromisoformat(text) for ISO text."),
}

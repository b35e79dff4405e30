"""The look at the raw text, before Python's parser sees it.

Parsers crash or crawl on hostile text before any later limit applies, so length and nesting are checked here. The
result is Python text in which every character keeps its place, save for doubled backslashes, which are counted.
"""

from __future__ import annotations

import keyword
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from backend.expressions.errors import Code, ExpressionError, shown

MAX_LENGTH = 4096
MAX_NESTING = 48
MAX_SIGNS = 8

_LEXEME: Final = re.compile(
    r"""
    (?P<space>[\s\u00a0]+)
  | (?P<string>(?:[rR][bBfF]?|[bBfF][rR]?|[uU])?(?:'(?:[^'\\\n\r]|\\[^\n\r])*'|"(?:[^"\\\n\r]|\\[^\n\r])*"))
  | (?P<number>0[xXoObB][0-9A-Fa-f_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)
  | (?P<name>[^\W0-9]\w*)
  | (?P<sign>[-()\[\]{}.,:+*/%<>=!&|^~@])
    """,
    re.VERBOSE,
)
_WORDS: Final = {"and": "and", "or": "or", "not": "not", "true": "True", "false": "False", "null": "None"}
_VALID_AFTER_BACKSLASH: Final = frozenset("\\'\"abfnrtvxNuU01234567")

_UNCLOSED: Final = 'End it with the quote that it starts with. With a quote inside, use the other kind: "it\'s".'
_MISTAKES: Final = {
    "&&": "Write “and”.",
    "||": "Write “or”.",
    "===": "Write “==”.",
    "!==": "Write “!=”.",
    "$": "Write the name alone, without “$”.",
    "??": "Write default(a, b) for the value that stands in for null.",
    "?.": "Write “.”: below null everything is null.",
    "?": "Write: a if condition else b.",
    ";": "Write one expression; programs belong in a script step.",
    "#": "Leave comments out.",
    "`": "Put text between ' or \".",
    "“": "Use straight quotes.",
    "”": "Use straight quotes.",
    "‘": "Use straight quotes.",
    "’": "Use straight quotes.",
}


@dataclass(frozen=True, slots=True)
class Scanned:
    """Text for Python's parser, and where its characters come from."""

    text: str
    start: int  # characters cut off in front
    doubled: tuple[int, ...]  # where in `text` a backslash was put in

    def origin(self, position: int) -> int:
        """The place in the original text of a character of this one."""
        position = max(0, min(position, len(self.text)))
        return self.start + position - bisect_left(self.doubled, position)


def scan(text: str) -> Scanned:
    """Checks the raw text and turns its own words into Python's. Raises syntax, not_allowed or limit_size."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            Code.LIMIT_SIZE,
            f"The expression is longer than {MAX_LENGTH:,} characters.",
            hint="Split it, or use a script step.",
        )
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ExpressionError(Code.SYNTAX, "The expression holds a character that is no text.")
    bare = text.strip()
    if not bare:
        raise ExpressionError(Code.SYNTAX, "The expression is empty.", position=0)
    if bare.startswith("{{") and bare.endswith("}}"):
        hint = "Leave them out: write total instead of {{ total }}."
        raise ExpressionError(Code.SYNTAX, "An expression stands without double braces here.", position=0, hint=hint)
    scanner = _Scanner(text)
    scanner.run()
    return Scanned("".join(scanner.parts), scanner.start, tuple(scanner.doubled))


class _Scanner:
    def __init__(self, text: str) -> None:
        self.source = text.rstrip()
        self.start = len(text) - len(text.lstrip())
        self.position = self.start
        self.parts: list[str] = []
        self.doubled: list[int] = []
        self.written = 0
        self.depth = 0
        self.signs = 0
        self.after_dot = False

    def run(self) -> None:
        while self.position < len(self.source):
            match = _LEXEME.match(self.source, self.position)
            if match is None:
                raise self.mistake()
            lexeme = match.group()
            made = getattr(self, f"_{match.lastgroup}")(lexeme)
            self.parts.append(made)
            self.written += len(made)
            self.position += len(lexeme)
            if match.lastgroup != "space":
                self.after_dot = lexeme == "."

    def mistake(self) -> ExpressionError:
        rest = self.source[self.position :]
        hint = next((hint for sign, hint in _MISTAKES.items() if rest.startswith(sign)), "")
        if rest[0] in "'\"":
            return self.error("The text is not closed.", hint=_UNCLOSED)
        return self.error(f"{shown(rest[0])} has no place in an expression.", hint=hint)

    def error(self, message: str, *, hint: str = "", code: Code = Code.SYNTAX) -> ExpressionError:
        return ExpressionError(code, message, position=self.position, hint=hint)

    def _space(self, lexeme: str) -> str:
        return " " * len(lexeme)

    def _name(self, lexeme: str) -> str:
        self.signs = 0
        if not self.after_dot:
            return _WORDS.get(lexeme.lower(), lexeme) if len(lexeme) < 6 else lexeme
        if not keyword.iskeyword(lexeme):
            return lexeme
        # Python has no field named `from`; with its first letter in another alphabet that Python reads as the same
        # letter (PEP 3131) it is an ordinary name, as long as before.
        return chr((0x1D41A - ord("a") if lexeme[0].islower() else 0x1D400 - ord("A")) + ord(lexeme[0])) + lexeme[1:]

    def _number(self, lexeme: str) -> str:
        self.signs = 0
        following = self.source[self.position + len(lexeme) : self.position + len(lexeme) + 1]
        if following.isalnum() or following in {"_", "."}:
            raise self.error("A number cannot be followed directly by a letter or a point.")
        return lexeme

    def _sign(self, lexeme: str) -> str:
        self._refuse_foreign()
        if lexeme in "([{":
            self.deepen(1)
        elif lexeme in ")]}":
            self.depth -= 1
        self.signs = self.signs + 1 if lexeme in "-+~" else 0
        if self.signs > MAX_SIGNS:
            raise self.error("There are too many signs in a row.", code=Code.LIMIT_SIZE)
        return lexeme

    def _refuse_foreign(self) -> None:
        rest = self.source[self.position : self.position + 3]
        for sign in ("&&", "||", "===", "!=="):
            if rest.startswith(sign):
                raise self.error(f"{shown(sign)} is not known here.", hint=_MISTAKES[sign])
        if rest.startswith("!") and not rest.startswith("!="):
            raise self.error("“!” is not known here.", hint="Write “not”.")

    def deepen(self, levels: int) -> None:
        self.depth += levels
        if self.depth > MAX_NESTING:
            message = f"The brackets nest more than {MAX_NESTING} levels deep."
            raise self.error(message, code=Code.LIMIT_SIZE)

    def _string(self, lexeme: str) -> str:
        self.signs = 0
        prefix = lexeme[: lexeme.index(lexeme[-1])].lower()
        if "b" in prefix:
            raise self.error(
                "Bytes are not known here.", hint="Write the text without a prefix.", code=Code.NOT_ALLOWED
            )
        if lexeme[len(prefix) :] in {"''", '""'} and self._follows(lexeme):
            raise self.error("Text in triple quotes is not known here.", hint=r"Write \n for a new line.")
        if "f" in prefix:
            inside = _deepest(lexeme)
            self.deepen(inside)
            self.depth -= inside
        return lexeme if "r" in prefix else self._escaped(lexeme)

    def _follows(self, lexeme: str) -> bool:
        return self.source.startswith(lexeme[-1], self.position + len(lexeme))

    def _escaped(self, lexeme: str) -> str:
        """Doubles the backslashes that Python would keep with a warning, such as the one in '\\d'."""
        made: list[str] = []
        rest = iter(range(len(lexeme)))
        for i in rest:
            made.append(lexeme[i])
            if lexeme[i] != "\\":
                continue
            if lexeme[i + 1] not in _VALID_AFTER_BACKSLASH or (
                lexeme[i + 1] in "4567" and lexeme[i + 2 : i + 4].isdigit()
            ):
                self.doubled.append(self.written + len(made))
                made.append("\\")
            made.append(lexeme[next(rest)])
        return "".join(made)


def _deepest(lexeme: str) -> int:
    depth = deepest = 0
    for character in lexeme:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest

"""The pieces of SQL text, as far as one must know them to tell values from quotes, names and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

HOLE: Final = "\0"
"""Stands for a template in the text; SQL itself cannot hold the character."""

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z))
  | (?P<dollar>\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$)
  | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*')
  | (?P<string>[nNxXbB]?'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
  | (?P<hole>\0)
  | (?P<cast>::)
  | (?P<named>:[A-Za-z_]\w*)
  | (?P<question>\?)
  | (?P<word>[^\W\d][\w$]*)
  | (?P<number>\d[\w.]*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: `kind` is a group's name of the pattern above."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next piece starts."""
        return self.start + len(self.text)

    @property
    def upper(self) -> str:
        """The word or sign, for comparing."""
        return self.text.upper()


def tokens(text: str) -> Iterator[Token]:
    """All pieces of the text, which together are the text again."""
    for match in _TOKEN.finditer(text):
        yield Token(str(match.lastgroup), match.group(), match.start())

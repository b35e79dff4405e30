"""Where in a statement its templates stand: as a value, in quotes, after IN or VALUES; elsewhere they are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backend.expressions.errors import Code, ExpressionError
from backend.expressions.sqltext import HOLE, Token, tokens
from backend.expressions.templates import Hole

_NAMES_FOLLOW: Final = frozenset(
    word
    for line in (
        "FROM JOIN INTO UPDATE TABLE VIEW INDEX AS DATABASE SCHEMA COLUMN REFERENCES BY",
        "TRUNCATE TRIGGER PROCEDURE",
    )
    for word in line.split()
)
_READ_FROM: Final = frozenset({"EXTRACT", "TRIM", "SUBSTRING", "OVERLAY"})  # TRIM(x FROM y): no table's name follows
_ARRAYS: Final = frozenset({"ANY", "ALL", "SOME", "UNNEST"})
_TYPED: Final = frozenset({"DATE", "TIME", "TIMESTAMP", "INTERVAL"})
_OPENERS: Final = {"(": 1, ")": -1}


@dataclass(frozen=True, slots=True)
class Place:
    """One or more templates that become one parameter, or a list of them."""

    form: Literal["value", "array", "quoted", "list", "rows"]
    holes: tuple[Hole, ...]
    start: int
    literals: tuple[str, ...] = ()  # quoted: the text around the templates, one piece more than those
    before: str = ""  # quoted: SQL around the parameter, such as a cast
    after: str = ""
    negated: bool = False  # list: NOT IN
    columns: tuple[str, ...] = ()  # rows: their names, if the statement says them
    keyword: str = ""  # rows: the word VALUES and what stands behind it
    in_parentheses: bool = False  # rows: `VALUES ({{ … }})`, which may be a single value too


def places(flat: str, holes: Sequence[Hole]) -> Iterator[str | Place]:
    """Plain text and places in turn; raises ExpressionError where a template may not stand."""
    return iter(_Reader(flat, holes).read())


class _Reader:
    def __init__(self, flat: str, holes: Sequence[Hole]) -> None:
        self.flat = flat
        self.left = iter(holes)
        self.tokens = [token for token in tokens(flat) if token.kind not in {"space", "comment"} or HOLE in token.text]
        self.pieces: list[str | Place] = []
        self.written = 0  # how much of the text is in the pieces

    def read(self) -> list[str | Place]:
        for number, token in enumerate(self.tokens):
            if token.kind == "string" and HOLE in token.text:
                self._quoted(token, number)
            elif token.kind == "hole":
                self._bare(token, number)
            elif HOLE in token.text:
                self._refuse_inside(token)
            elif token.text in {"'", '"', "`"} and HOLE in self.flat[token.start :]:
                message = "A quote is opened and not closed before this template."
                raise self._error(message, hint="Write the template without quotes: it is bound as a parameter.")
        self._text(len(self.flat))
        return self.pieces

    def _text(self, end: int) -> None:
        if end > self.written:
            self.pieces.append(self.flat[self.written : end])
        self.written = end

    def _place(self, place: Place, *, start: int, end: int) -> None:
        self._text(start)
        self.pieces.append(place)
        self.written = end

    def _error(self, message: str, *, hint: str) -> ExpressionError:
        return ExpressionError(Code.NOT_ALLOWED, message, position=next(self.left).start, hint=hint)

    def _refuse_inside(self, token: Token) -> None:
        if token.kind == "comment":
            raise self._error("A template cannot stand in a comment.", hint="Remove it, or the comment.")
        if token.kind == "quoted":
            hint = "Write the name out; for a text use single quotes: '{{ x }}'."
            raise self._error("A template cannot be a name, as the double quotes say.", hint=hint)
        hint = "Write the template outside of the quotes: it is bound as a parameter."
        raise self._error("A template cannot stand inside a text with escapes or dollar quotes.", hint=hint)

    def _quoted(self, token: Token, number: int) -> None:
        opening = token.text.index("'")
        if token.text[:opening] not in {"", "n", "N"} or "\\'" in token.text:
            self._refuse_inside(token)
        inner = token.text[opening + 1 : -1].replace("''", "'")
        literals = tuple(inner.split(HOLE))
        holes = tuple(next(self.left) for _ in literals[1:])
        before = self.tokens[number - 1] if number else None
        start, cast = token.start, ""
        if before is not None and before.kind == "word" and before.upper in _TYPED:
            start, cast = before.start, before.text  # a typed text, such as DATE '…', takes no parameter
        place = Place(
            "quoted",
            holes,
            holes[0].start,
            literals=literals,
            before="CAST(" if cast else "",
            after=f" AS {cast})" if cast else "",
        )
        self._place(place, start=start, end=token.end)

    def _bare(self, token: Token, number: int) -> None:
        before, after = self._around(number)
        self._refuse_name(token, number)
        hole = next(self.left)
        words = self._words_before(number)
        in_parentheses = before == "(" and after == ")"
        opened = self.tokens[number - 1].start if in_parentheses else token.start
        closed = self.tokens[number + 1].end if in_parentheses else token.end
        word, earlier = words if not in_parentheses else self._words_before(number - 1)
        if word == "IN" and (before != "(" or in_parentheses):
            self._place(Place("list", (hole,), hole.start, negated=earlier == "NOT"), start=opened, end=closed)
        elif word == "VALUES" and (before != "(" or in_parentheses):
            self._rows(hole, number - in_parentheses, in_parentheses=in_parentheses, opened=opened, closed=closed)
        else:
            array = before == "(" and self._words_before(number - 1)[0] in _ARRAYS
            self._place(Place("array" if array else "value", (hole,), hole.start), start=token.start, end=token.end)

    def _rows(self, hole: Hole, number: int, *, in_parentheses: bool, opened: int, closed: int) -> None:
        keyword = self.tokens[number - 1]
        place = Place(
            "rows",
            (hole,),
            hole.start,
            columns=self._columns(number - 1),
            keyword=self.flat[keyword.start : opened],
            in_parentheses=in_parentheses,
        )
        self._place(place, start=keyword.start, end=closed)

    def _around(self, number: int) -> tuple[str, str]:
        before = self.tokens[number - 1].text if number else ""
        after = self.tokens[number + 1].text if number + 1 < len(self.tokens) else ""
        return before, after

    def _words_before(self, number: int) -> tuple[str, str]:
        found = [self.tokens[i] for i in (number - 1, number - 2) if i >= 0]
        words = [token.upper if token.kind == "word" else token.text for token in found]
        return (*words, "", "")[:2]  # type: ignore[return-value]

    def _refuse_name(self, token: Token, number: int) -> None:
        """Refuses what would be part of a name, or stand where one must."""
        before = self.flat[token.start - 1 : token.start]
        after = self.flat[token.end : token.end + 1]
        word, earlier = self._words_before(number)
        if "'" in (before, after):
            hint = "Put the whole text between the quotes, or leave the quotes out. Double a quote: ''."
            raise self._error("A template stands directly beside a quote.", hint=hint)
        joined = any(sign.isalnum() or sign in {"_", ".", HOLE, '"', "`", "$"} for sign in (before, after) if sign)
        if not joined and not (word in _NAMES_FOLLOW and not self._reads_from(number, word, earlier)):
            return
        hint = "Names of tables and columns are written out. Use a condition with a database step for each."
        raise self._error("A template gives a value: it cannot be a name of a table or a column.", hint=hint)

    def _reads_from(self, number: int, word: str, earlier: str) -> bool:
        """Whether no table follows this FROM: `TRIM(x FROM {{ y }})`, `IS DISTINCT FROM {{ y }}`."""
        if word != "FROM":
            return False
        return earlier == "DISTINCT" or self._called(number) in _READ_FROM

    def _called(self, number: int) -> str:
        """The function in whose parentheses a token stands."""
        depth = 0
        for position in range(number - 1, -1, -1):
            depth += _OPENERS.get(self.tokens[position].text, 0)
            if depth > 0:
                return self._words_before(position)[0]
        return ""

    def _columns(self, values: int) -> tuple[str, ...]:
        """The column list before VALUES, whose token has this number; empty when there is none."""
        end = next((i for i in range(values - 1, -1, -1) if self.tokens[i].text == ")"), -1)
        start = next((i for i in range(end, -1, -1) if self.tokens[i].text == "("), -1)
        if start < 0 or not self._follows_into(start):
            return ()
        inside = self.tokens[start + 1 : end]
        return tuple(_plain(token.text) for token in inside if token.kind in {"word", "quoted"})

    def _follows_into(self, start: int) -> bool:
        """Whether these parentheses come right after the table's name: `INSERT INTO a.b (`."""
        position = start - 1
        while position >= 0 and (self.tokens[position].kind in {"word", "quoted"} or self.tokens[position].text == "."):
            if self.tokens[position].upper == "INTO":
                return True
            position -= 1
        return False


def _plain(name: str) -> str:
    if name[0] not in {'"', "`"}:
        return name
    return name[1:-1].replace(name[0] * 2, name[0])

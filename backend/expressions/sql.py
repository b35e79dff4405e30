"""Templates in SQL: what `{{ … }}` gives is always a bound parameter, wherever it stands, and never part of the text.

`compile_sql(text).render(scope, environment=…)` gives a `Statement`: the text in pieces and the values between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from backend.common.json import JSON
from backend.expressions.errors import Code, ExpressionError, too_large, value_error
from backend.expressions.expression import CACHED, GAPS, failed
from backend.expressions.frame import Environment
from backend.expressions.sqlplaces import Place, places
from backend.expressions.sqltext import HOLE
from backend.expressions.statement import Statement
from backend.expressions.templates import Hole, compile_template
from backend.expressions.values import export, kind, text

MAX_LENGTH = 100_000  # characters of a statement
MAX_PARAMETERS = 30_000  # what SQLite takes (32,766) and PostgreSQL (65,535), less a margin
MAX_LISTED = 1_000  # values of one IN

_NO_ROWS: Final = "SELECT {nulls} FROM (SELECT 1 AS n) AS no_rows WHERE 1 = 0"
"""What stands for `VALUES` without rows: inserts none, in every dialect."""


@dataclass(frozen=True, slots=True)
class SqlTemplate:
    """A compiled statement: plain text and the places of its templates, in turn."""

    text: str
    pieces: tuple[str | Place, ...]
    holes: tuple[Hole, ...]
    paths: tuple[tuple[str, ...], ...]
    names: frozenset[str]

    def render(self, scope: Mapping[str, JSON], *, environment: Environment) -> Statement:
        """The statement with its values apart. Raises ExpressionError with a place in the template's text."""
        writer = _Writer(scope, environment)
        try:
            for piece in self.pieces:
                if isinstance(piece, str):
                    writer.write(piece)
                else:
                    writer.fill(piece)
        except GAPS as error:
            raise failed(error) from error
        return Statement(tuple(writer.parts), tuple(writer.values))


def compile_sql(text: str) -> SqlTemplate:
    """The compiled statement; raises ExpressionError with the place of the mistake."""
    if type(text) is str and len(text) > MAX_LENGTH:
        raise too_large(f"The statement is longer than {MAX_LENGTH:,} characters.", hint="Move data into parameters.")
    return _compiled(text)


@lru_cache(maxsize=CACHED)
def _compiled(text: str) -> SqlTemplate:
    template = compile_template(text)
    if HOLE in text:
        raise ExpressionError(Code.SYNTAX, "A statement cannot hold a null character.", position=text.index(HOLE))
    flat = "".join(part if isinstance(part, str) else HOLE for part in template.parts)
    pieces = tuple(places(flat, template.holes))
    return SqlTemplate(text, pieces, template.holes, template.paths, template.names)


class _Writer:
    """Puts the pieces together; `parts` is always one longer than `values`."""

    def __init__(self, scope: Mapping[str, JSON], environment: Environment) -> None:
        self.parts: list[str] = [""]
        self.values: list[JSON] = []
        self._scope, self._environment = scope, environment
        self._fillers = {
            "value": self._value,
            "array": self._array,
            "quoted": self._quoted,
            "list": self._list,
            "rows": self._rows,
        }

    def write(self, sql: str) -> None:
        """Adds text of the author."""
        self.parts[-1] += sql

    def bind(self, value: JSON) -> None:
        """Adds a value."""
        if len(self.values) >= MAX_PARAMETERS:
            message = f"The statement would have more than {MAX_PARAMETERS:,} parameters."
            raise too_large(message, hint="Go over the rows in smaller batches, with a loop.")
        self.values.append(value)
        self.parts.append("")

    def fill(self, place: Place) -> None:
        """Adds what the templates of one place give."""
        try:
            self._fillers[place.form](place)
        except ExpressionError as error:
            raise error.at(place.start) from error.__cause__

    def _of(self, hole: Hole) -> JSON:
        found = hole.value(self._scope, environment=self._environment)
        return export(found, budget=self._environment.budget)

    def _value(self, place: Place) -> None:
        self.bind(self._scalar(self._of(place.holes[0])))

    def _scalar(self, value: JSON) -> JSON:
        """Objects and lists go as JSON text, which every database can keep."""
        return text(value, budget=self._environment.budget) if isinstance(value, dict | list) else value

    def _array(self, place: Place) -> None:
        self.bind(self._of(place.holes[0]))

    def _quoted(self, place: Place) -> None:
        """`'{{ x }}'` is null when x is; else text, as the quotes say, with what else stands between them."""
        alone = len(place.literals) == 2 and place.literals == ("", "")
        value = self._of(place.holes[0]) if alone else None
        if alone and (value is None or isinstance(value, bool)):
            self.write(place.before)
            self.bind(value)
            self.write(place.after)
            return
        budget, written = self._environment.budget, place.literals[0]
        for hole, literal in zip(place.holes, place.literals[1:], strict=True):
            written += text(value if alone else self._of(hole), budget=budget) + literal
        budget.allocate(len(written) >> 3)
        self.write(place.before)
        self.bind(written)
        self.write(place.after)

    def _list(self, place: Place) -> None:
        value = self._of(place.holes[0])
        listed = value if isinstance(value, list) else [value]
        if isinstance(value, dict):
            raise value_error("After IN a list is needed, not an object.", hint="Write values(…) around it.")
        if not listed and place.negated:
            hint = "Nothing would be left out. Decide with a condition before this step whether there is a list."
            raise value_error("The list after NOT IN is empty.", hint=hint)
        if len(listed) > MAX_LISTED:
            hint = "Put the values into a table and join it, or go over them in batches."
            raise too_large(f"The list after IN has more than {MAX_LISTED:,} values.", hint=hint)
        self.write("(")
        for number, item in enumerate(listed or [None]):
            self.write(", " if number else "")
            self.bind(self._scalar(item))
        self.write(")")

    def _rows(self, place: Place) -> None:
        value = self._of(place.holes[0])
        if place.in_parentheses and (not isinstance(value, list | dict) or len(place.columns) == 1):
            self.write(f"{place.keyword}(")
            self.bind(self._scalar(value))
            self.write(")")
            return
        rows = _table(value, place.columns)
        if not rows:
            count = len(place.columns)
            if not count:
                raise value_error("There are no rows to insert, and no columns are named.", hint=_NAME_COLUMNS)
            self.write(_NO_ROWS.format(nulls=", ".join(["NULL"] * count)))
            return
        self.write(place.keyword)
        for number, row in enumerate(rows):
            self.write(", (" if number else "(")
            for position, item in enumerate(row):
                self.write(", " if position else "")
                self.bind(self._scalar(item))
            self.write(")")


_NAME_COLUMNS: Final = "Name the columns: INSERT INTO users (email, name) VALUES {{ rows }}."


def _table(value: JSON, columns: Sequence[str]) -> list[list[JSON]]:
    """Rows in the order of the columns; a field that an object does not have is null."""
    rows = [value] if isinstance(value, dict) else value
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise value_error(f"After VALUES rows are needed, not {kind(value)}.", hint="Give a list of objects.")
    if rows and not isinstance(rows[0], dict | list):
        rows = [rows]  # one row, as a list of its values
    made = [_row(row, number, columns) for number, row in enumerate(rows, start=1)]
    if made and isinstance(rows[0], dict) and not any(_known(row, columns) for row in rows if isinstance(row, dict)):
        fields = ", ".join(list(rows[0])[:10])
        message = "No field of the rows has the name of a column."
        raise value_error(message, hint=f"Columns: {', '.join(columns)}. Fields: {fields}.")
    return made


def _row(row: JSON, number: int, columns: Sequence[str]) -> list[JSON]:
    if isinstance(row, dict):
        if not columns:
            raise value_error("It must be known which fields go where.", hint=_NAME_COLUMNS)
        lower = {name.lower(): item for name, item in row.items()}
        return [row[name] if name in row else lower.get(name.lower()) for name in columns]
    if not isinstance(row, list):
        raise value_error(f"Row {number} is {kind(row)}.", hint="Each row is an object or a list.")
    if columns and len(row) != len(columns):
        raise value_error(f"Row {number} has {len(row)} values for {len(columns)} columns.", hint=_NAME_COLUMNS)
    return row


def _known(row: Mapping[str, JSON], columns: Sequence[str]) -> bool:
    return not {name.lower() for name in row}.isdisjoint(name.lower() for name in columns)

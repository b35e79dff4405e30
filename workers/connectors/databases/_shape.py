"""What can be told of a statement from its text: its kind, its pieces, and how many rows it is meant to give."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from backend.expressions.sqltext import Token, tokens
from backend.expressions.statement import Statement

_AGGREGATES = frozenset(
    {"COUNT", "SUM", "AVG", "MIN", "MAX", "TOTAL", "STDDEV", "VARIANCE", "GROUP_CONCAT", "STRING_AGG", "ARRAY_AGG"}
    | {"JSON_AGG", "JSONB_AGG", "JSON_ARRAYAGG", "BOOL_AND", "BOOL_OR", "COUNT_BIG"}
)
_READS = frozenset({"SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "PRAGMA"})
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "INTO"})
_TRANSACTION = frozenset({"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"})
_SESSION = frozenset({"SET", "RESET", "DISCARD", "LOCK", "UNLOCK", "USE"})
_BODIES = frozenset({"TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE"})


class Words:
    """A statement's tokens without space and comments; `depth` is that of the parentheses."""

    def __init__(self, text: str) -> None:
        self.tokens = [token for token in tokens(text) if token.kind not in {"space", "comment"}]
        while self.tokens and self.tokens[-1].text == ";":
            self.tokens.pop()

    @property
    def first(self) -> str:
        """As `first_word`."""
        return _first_word(self.tokens)

    def top(self) -> Iterator[Token]:
        """The tokens outside of all parentheses."""
        depth = 0
        for token in self.tokens:
            depth -= token.text == ")"
            if depth == 0 and token.text != ")":
                yield token
            depth += token.text == "("

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of these words occurs anywhere."""
        return any(token.kind == "word" and token.upper in words for token in self.tokens)


def first_word(text: str) -> str:
    """The word that says what the statement does; of `WITH`, that word itself. Reads no further: a text may be long."""
    return _first_word(tokens(text))


def _first_word(found: Iterable[Token]) -> str:
    return next((token.upper for token in found if token.kind == "word"), "")


def is_read(text: str) -> bool:
    """Whether the statement only reads, so that its rows can be taken one by one and the rest be left."""
    return first_word(text) in _READS | {"WITH"} and not Words(text).has(_WRITES)


def controls_transaction(text: str) -> bool:
    """Whether the statement would begin or end a transaction: the step is one by itself."""
    return first_word(text) in _TRANSACTION


def changes_session(text: str) -> bool:
    """Whether the statement would change what later statements may do."""
    return first_word(text) in _SESSION


def wants_one(text: str) -> bool:
    """Whether at most one row is meant: `… LIMIT 1`, `FETCH FIRST ROW ONLY`, `TOP 1`, or aggregates alone."""
    words = Words(text)
    if words.first not in {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}:
        return False
    top = [token.upper if token.kind == "word" else token.text for token in words.top()]
    return _limited(top, words) or _aggregates(words, top)


def _limited(top: Sequence[str], words: Words) -> bool:
    if "LIMIT" in top:
        rest = top[len(top) - top[::-1].index("LIMIT") :]
        return rest[:1] == ["1"] and rest[1:2] in ([], ["OFFSET"], ["FOR"])
    flat = [token.upper for token in words.tokens]
    if flat[:3] == ["SELECT", "TOP", "1"] or flat[:5] == ["SELECT", "TOP", "(", "1", ")"]:
        return True
    fetch = top[top.index("FETCH") :] if "FETCH" in top else []
    return fetch[2:] == ["ROW", "ONLY"] or fetch[2:3] == ["1"]


def _aggregates(words: Words, top: Sequence[str]) -> bool:
    """Whether every column is an aggregate, and nothing makes more rows than one of them."""
    if (
        words.first != "SELECT"
        or {"GROUP", "UNION", "INTERSECT", "EXCEPT"} & set(top)
        or words.has(frozenset({"OVER"}))
    ):
        return False
    columns = list(_columns(words))
    return bool(columns) and all(_is_aggregate(column) for column in columns)


def _columns(words: Words) -> Iterator[list[Token]]:
    column: list[Token] = []
    depth = 0
    for token in words.tokens[1:]:
        if depth == 0 and token.upper == "FROM":
            break
        depth += _DEPTHS.get(token.text, 0)
        if depth == 0 and token.text == ",":
            yield column
            column = []
        else:
            column.append(token)
    if column:
        yield column


_DEPTHS = {"(": 1, ")": -1}


def _is_aggregate(column: Sequence[Token]) -> bool:
    """`SUM(x)`, `COALESCE(SUM(x), 0) AS total`; not `(SELECT MAX(x) FROM t)`."""
    pairs = itertools.pairwise(column)
    called = any(word.upper in _AGGREGATES and sign.text == "(" for word, sign in pairs)
    return called and not any(token.upper == "SELECT" for token in column)


def split(statement: Statement) -> list[Statement]:
    """The statements between the semicolons. The body of a trigger or function stays whole."""
    made: list[Statement] = []
    parts: list[str] = [""]
    values: list[object] = []
    for number, part in enumerate(statement.parts):
        for token in tokens(part):
            if token.text == ";" and not _has_body("".join(parts)):
                made.append(Statement(tuple(parts), tuple(values)))
                parts, values = [""], []
            else:
                parts[-1] += token.text
        if number < len(statement.values):
            values.append(statement.values[number])
            parts.append("")
    made.append(Statement(tuple(parts), tuple(values)))
    return [one for one in made if one.values or Words("".join(one.parts)).tokens]


def _has_body(text: str) -> bool:
    return first_word(text) == "CREATE" and any(token.upper in _BODIES for token in Words(text).tokens[:6])

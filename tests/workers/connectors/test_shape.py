"""What a statement's text tells of it."""

from __future__ import annotations

import pytest

from backend.expressions.statement import Statement
from workers.connectors.databases._shape import is_read, split, wants_one


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM a LIMIT 1",
        "select * from a order by b limit 1 ;",
        "SELECT * FROM a LIMIT 1 OFFSET 2",
        "SELECT * FROM a FETCH FIRST 1 ROWS ONLY",
        "SELECT * FROM a FETCH FIRST ROW ONLY",
        "SELECT TOP 1 * FROM a",
        "SELECT TOP (1) * FROM a",
        "SELECT COUNT(*) FROM a",
        "SELECT SUM(x) AS total, MAX(y) FROM a WHERE b = 1",
        "SELECT COALESCE(SUM(x), 0) total FROM a",
        "SELECT COUNT(*) FROM (SELECT x FROM a GROUP BY x) AS t",
        "-- LIMIT 5\nSELECT * FROM a LIMIT 1 -- one",
    ],
)
def test_one_row_is_meant(text):
    assert wants_one(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM a",
        "SELECT * FROM a LIMIT 10",
        "SELECT * FROM (SELECT * FROM a LIMIT 1) AS t",
        "SELECT 'LIMIT 1' FROM a",
        "SELECT COUNT(*) FROM a GROUP BY b",
        "SELECT x, COUNT(*) FROM a",
        "SELECT COUNT(*) OVER () FROM a",
        "SELECT COUNT(*) FROM a UNION SELECT COUNT(*) FROM b",
        "SELECT (SELECT MAX(x) FROM a), y FROM b",
        "VALUES (1), (2)",
    ],
)
def test_several_rows_are_meant(text):
    assert not wants_one(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1; SELECT 2;", ["SELECT 1", " SELECT 2"]),
        ("SELECT ';' ; -- a; b\n", ["SELECT ';' "]),
        ("SELECT $$ ; $$", ["SELECT $$ ; $$"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET x = 1; END",
            ["CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET x = 1; END"],
        ),
    ],
)
def test_split(text, expected):
    assert [one.text("qmark") for one in split(Statement((text,)))] == expected


def test_values_stay_with_their_statement():
    first, second = split(Statement(("INSERT INTO a VALUES (", "); INSERT INTO b VALUES (", ", ", ")"), (1, 2, 3)))

    assert (first.text("qmark"), first.values) == ("INSERT INTO a VALUES (?)", (1,))
    assert (second.text("qmark"), second.values) == (" INSERT INTO b VALUES (?, ?)", (2, 3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a", False),
        ("SELECT * INTO b FROM a", False),
        ("INSERT INTO a SELECT 1", False),
    ],
)
def test_reading(text, expected):
    assert is_read(text) is expected

"""SQL: whatever the data is, it is a parameter; where a parameter cannot stand, the template is refused."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.expressions import Budget, ExpressionError
from backend.expressions.sql import compile_sql
from backend.expressions.statement import Statement
from tests.unit.expressions.helpers import environment

EVIL = "Robert'); DROP TABLE users;--"


def made(sql, **scope):
    statement = compile_sql(sql).render(scope, environment=environment())
    return statement.text("qmark"), list(statement.values)


def fault(sql, **scope):
    with pytest.raises(ExpressionError) as caught:
        compile_sql(sql).render(scope, environment=environment(budget=Budget(clock=lambda: 0.0)))
    return caught.value


@pytest.mark.parametrize(
    ("sql", "text", "values"),
    [
        ("SELECT 1", "SELECT 1", []),
        ("SELECT * FROM t WHERE id = {{ id }}", "SELECT * FROM t WHERE id = ?", [7]),
        ("SELECT * FROM t WHERE id={{id}}", "SELECT * FROM t WHERE id=?", [7]),
        ("WHERE a = '{{ evil }}'", "WHERE a = ?", [EVIL]),
        ("WHERE a = '{{ id }}'", "WHERE a = ?", ["7"]),
        ("WHERE a = '{{ none }}'", "WHERE a = ?", [None]),
        ("WHERE a = '{{ yes }}'", "WHERE a = ?", [True]),
        ("WHERE a = N'{{ evil }}'", "WHERE a = ?", [EVIL]),
        ("WHERE a LIKE '%{{ evil }}%'", "WHERE a LIKE ?", [f"%{EVIL}%"]),
        ("WHERE a LIKE '{{ id }}-{{ none }}-{{ yes }}'", "WHERE a LIKE ?", ["7--true"]),
        ("WHERE a = 'it''s {{ id }}'", "WHERE a = ?", ["it's 7"]),
        ("WHERE a = '{{{{ x }}'", "WHERE a = '{{ x }}'", []),
        ("WHERE a = 'no ? :x %s' AND b = {{ id }}", "WHERE a = 'no ? :x %s' AND b = ?", [7]),
        ("WHERE a IN {{ ids }}", "WHERE a IN (?, ?)", [1, 2]),
        ("WHERE a in ({{ ids }})", "WHERE a in (?, ?)", [1, 2]),
        ("WHERE a IN ({{ id }}, {{ id }})", "WHERE a IN (?, ?)", [7, 7]),
        ("WHERE a IN {{ empty }}", "WHERE a IN (?)", [None]),
        ("WHERE a NOT IN {{ ids }}", "WHERE a NOT IN (?, ?)", [1, 2]),
        ("WHERE a IN {{ id }}", "WHERE a IN (?)", [7]),
        ("WHERE a = ANY({{ ids }})", "WHERE a = ANY(?)", [[1, 2]]),
        ("UPDATE t SET a = {{ rows }}", "UPDATE t SET a = ?", ['[{"a": 1, "b": null}, {"A": 2}]']),
        ("INSERT INTO t (a, b) VALUES {{ rows }}", "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)", [1, None, 2, None]),
        ("INSERT INTO t (a) VALUES ({{ evil }})", "INSERT INTO t (a) VALUES (?)", [EVIL]),
        ("INSERT INTO t (b, a) VALUES ({{ rows }})", "INSERT INTO t (b, a) VALUES (?, ?), (?, ?)", [None, 1, None, 2]),
        ("INSERT INTO t (a) VALUES ({{ rows }})", "INSERT INTO t (a) VALUES (?)", ['[{"a": 1, "b": null}, {"A": 2}]']),
        ('INSERT INTO "s"."t" ("a", `b`) VALUES {{ row }}', 'INSERT INTO "s"."t" ("a", `b`) VALUES (?, ?)', [1, 2]),
        ("INSERT INTO t VALUES {{ pairs }}", "INSERT INTO t VALUES (?, ?), (?, ?)", [1, 2, 3, 4]),
        ("INSERT INTO t (a, b) VALUES {{ pair }}", "INSERT INTO t (a, b) VALUES (?, ?)", [1, 2]),
        (
            "INSERT INTO t (a, b) VALUES {{ empty }} RETURNING a",
            "INSERT INTO t (a, b) SELECT NULL, NULL FROM (SELECT 1 AS n) AS no_rows WHERE 1 = 0 RETURNING a",
            [],
        ),
        (
            "INSERT INTO alerts (s, m, at) VALUES ('{{ evil }}', '...', NOW())",
            "INSERT INTO alerts (s, m, at) VALUES (?, '...', NOW())",
            [EVIL],
        ),
        ("SELECT {{ id }}::int", "SELECT ?::int", [7]),
        ("SELECT * FROM f({{ id }})", "SELECT * FROM f(?)", [7]),
        ("SELECT TRIM('x' FROM {{ evil }})", "SELECT TRIM('x' FROM ?)", [EVIL]),
        ("WHERE a IS DISTINCT FROM {{ id }}", "WHERE a IS DISTINCT FROM ?", [7]),
        ("WHERE d > DATE '{{ day }}'", "WHERE d > CAST(? AS DATE)", ["2026-01-30"]),
        ("WHERE d > now() - INTERVAL '{{ id }} days'", "WHERE d > now() - CAST(? AS INTERVAL)", ["7 days"]),
        ("-- it's\nSELECT {{ id }} /* ' */", "-- it's\nSELECT ? /* ' */", [7]),
        ("SELECT $x$ ' $x$, {{ id }}", "SELECT $x$ ' $x$, ?", [7]),
        ("LIMIT {{ id }} OFFSET {{ id * 2 }}", "LIMIT ? OFFSET ?", [7, 14]),
        ("WHERE t > {{ now() }}", "WHERE t > ?", ["2026-01-30T14:30:00+00:00"]),
    ],
)
def test_values_are_bound(sql, text, values):
    scope = {
        "id": 7,
        "evil": EVIL,
        "none": None,
        "yes": True,
        "ids": [1, 2],
        "empty": [],
        "rows": [{"a": 1, "b": None}, {"A": 2}],
        "row": {"a": 1, "b": 2, "c": 3},
        "pairs": [[1, 2], [3, 4]],
        "pair": [1, 2],
        "day": "2026-01-30",
    }

    assert made(sql, **scope) == (text, values)


@pytest.mark.parametrize(
    ("sql", "position", "part"),
    [
        ("SELECT * FROM {{ x }}", 16, "name of a table"),
        ("SELECT * FROM a JOIN {{ x }} ON 1", 23, "name of a table"),
        ("UPDATE {{ x }} SET a = 1", 9, "name of a table"),
        ("INSERT INTO {{ x }} (a) VALUES (1)", 14, "name of a table"),
        ("SELECT a FROM t ORDER BY {{ x }}", 27, "name of a table"),
        ("SELECT a AS {{ x }}", 14, "name of a table"),
        ("SELECT t.{{ x }} FROM t", 11, "name of a table"),
        ("SELECT t_{{ x }} FROM t", 11, "name of a table"),
        ("SELECT {{ x }}{{ x }}", 9, "name of a table"),
        ('SELECT "{{ x }}" FROM t', 10, "name"),
        ("SELECT `{{ x }}` FROM t", 10, "name"),
        ("SELECT 1 -- {{ x }}", 14, "comment"),
        ("SELECT 1 /* {{ x }} */", 14, "comment"),
        ("SELECT $$ {{ x }} $$", 12, "dollar quotes"),
        ("SELECT E'{{ x }}'", 11, "escapes"),
        (r"SELECT '\'{{ x }}'", 12, "beside a quote"),
        (r"SELECT '{{ x }}\''", 10, "escapes"),
        ("SELECT '{{ x }}", 10, "not closed"),
        ("SELECT {{ 1 + }}", 13, "valid expression"),
    ],
)
def test_a_template_that_could_only_be_text_is_refused_when_compiled(sql, position, part):
    with pytest.raises(ExpressionError) as caught:
        compile_sql(sql)

    assert part in caught.value.message
    assert caught.value.hint
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("sql", "code", "part"),
    [
        ("WHERE a NOT IN {{ [] }}", "value", "NOT IN is empty"),
        ("WHERE a IN {{ {'a': 1} }}", "value", "object"),
        ("WHERE a IN {{ range(1001) }}", "limit_size", "1,000"),
        ("INSERT INTO t (a, b) VALUES {{ [[i, i] for i in range(20000)] }}", "limit_size", "30,000"),
        ("INSERT INTO t VALUES {{ [{'a': 1}] }}", "value", "which fields"),
        ("INSERT INTO t VALUES {{ [] }}", "value", "no rows"),
        ("INSERT INTO t (a, b) VALUES {{ [[1]] }}", "value", "1 values for 2 columns"),
        ("INSERT INTO t (a, b) VALUES {{ [[1, 2], 3] }}", "value", "Row 2"),
        ("INSERT INTO t (a, b) VALUES {{ 3 }}", "value", "rows are needed"),
        ("INSERT INTO t (a, b) VALUES {{ [{'c': 1}] }}", "value", "No field"),
    ],
)
def test_values_that_do_not_fit_are_named(sql, code, part):
    error = fault(sql)

    assert error.code == code
    assert part in error.message
    assert error.position is not None


def test_nothing_in_the_data_is_ever_read_as_a_template_or_as_sql():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE users (email TEXT, name TEXT)")
    users = [{"email": None, "name": EVIL}, {"email": "{{ secrets.KEY }}", "name": "?"}, {"email": "'", "name": "$1"}]

    database.execute(*made("INSERT INTO users (email, name) VALUES {{ users }}", users=users))

    assert database.execute("SELECT email, name FROM users").fetchall() == [tuple(user.values()) for user in users]
    assert database.execute(*made("SELECT 1 FROM users WHERE name LIKE '%{{ n }}%'", n=EVIL)).fetchall() == [(1,)]
    assert database.execute(*made("SELECT 1 FROM users WHERE name IN {{ n }}", n=[EVIL, "?"])).fetchall() == [(1,)] * 2
    assert database.execute(*made("SELECT 1 FROM users WHERE name IN {{ n }}", n=[])).fetchall() == []
    assert database.execute(*made("INSERT INTO users (email, name) VALUES {{ n }}", n=[])).rowcount == 0


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("qmark", "SELECT '5%' WHERE a = ? AND b = ?"),
        ("format", "SELECT '5%%' WHERE a = %s AND b = %s"),
        ("dollar", "SELECT '5%' WHERE a = $1 AND b = $2"),
        ("numeric", "SELECT '5%' WHERE a = :1 AND b = :2"),
    ],
)
def test_each_driver_gets_its_own_placeholders(style, text):
    statement = compile_sql("SELECT '5%' WHERE a = {{ 1 }} AND b = '{{ 2 }}'").render({}, environment=environment())

    assert statement.text(style) == text
    assert statement.values == (1, "2")


def test_without_values_a_percent_sign_is_left_alone():
    assert Statement(("SELECT '5%'",)).text("format") == "SELECT '5%'"


def test_own_parameters_stand_beside_templates():
    statement = compile_sql("SELECT ':no ?' WHERE a = :a AND b = {{ 2 }} AND c::int = :a").render(
        {}, environment=environment()
    )

    bound = statement.bound({"a": EVIL})

    assert bound.text("qmark") == "SELECT ':no ?' WHERE a = ? AND b = ? AND c::int = ?"
    assert bound.values == (EVIL, 2, EVIL)
    assert Statement(("a = ? AND b = '?' AND c = ?",)).bound([1, None]).values == (1, None)
    assert Statement(("a = ?",)).bound([]).text("qmark") == "a = ?"


@pytest.mark.parametrize(
    ("sql", "params", "part"),
    [
        ("a = :b", {"c": 1}, "no parameter “b”"),
        ("a = :b", {"b": 1, "c": 1}, "does not use the parameter “c”"),
        ("a = ?", [1, 2], "1 “?” and there are 2"),
        ("a = ? and b = ?", [1], "2 “?” and there are 1"),
    ],
)
def test_own_parameters_must_fit(sql, params, part):
    with pytest.raises(ExpressionError) as caught:
        Statement((sql,)).bound(params)

    assert part in caught.value.message


SQL = st.lists(
    st.sampled_from(
        ["SELECT ", "{{ x }}", "'", '"', "--", "\n", "/*", "*/", " IN ", " VALUES ", "(", ")", "$$", "$1", "?"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(SQL, st.text(max_size=8) | st.integers() | st.none() | st.lists(st.text(max_size=3), max_size=3))
def test_no_value_is_ever_in_the_text(sql, value):
    mark = "\ue000"
    marked = mark + value if isinstance(value, str) else value
    marked = [mark + item for item in value] if isinstance(value, list) else marked
    try:
        statement = compile_sql(sql).render({"x": marked}, environment=environment())
    except ExpressionError:
        return

    assert mark not in statement.text("qmark")
    assert len(statement.parts) == len(statement.values) + 1
    assert Statement.from_json(statement.as_json()) == statement

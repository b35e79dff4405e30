"""The database step on SQLite: its forms of result. The connectors' own tests go over all databases."""

from __future__ import annotations

import pytest

from backend.catalog.steps import StepFailed
from backend.expressions import Environment, render
from tests.workers.steps.fakes import FakeContext
from workers.connectors.databases import _pools
from workers.steps.database import DatabaseStep


@pytest.fixture
def context(tmp_path):
    found = FakeContext(connectors={"db": ("sqlite", {"path": str(tmp_path / "data.db")})})
    run(found, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, total REAL)")
    run(
        found,
        "INSERT INTO people (name, total) VALUES {{ rows }}",
        rows=[{"name": "Ann", "total": 1.5}, {"name": "Bob"}],
    )
    yield found
    _pools.close_all()


def run(context, query, *, params=None, fetch="auto", max_rows=1000, **variables):
    environment = Environment(now=context.now, seed="x")
    query = render(query, variables, environment=environment, context="sql")
    config = {"connector": "db", "query": query, "params": params, "fetch": fetch, "max_rows": max_rows}
    return DatabaseStep().run(DatabaseStep.Config.model_validate(config), context).output


@pytest.mark.parametrize(
    ("query", "fetch", "expected"),
    [
        ("SELECT name FROM people ORDER BY id", "auto", [{"name": "Ann"}, {"name": "Bob"}]),
        ("SELECT name FROM people ORDER BY id LIMIT 1", "auto", {"name": "Ann"}),
        ("SELECT COUNT(*) AS n FROM people", "auto", {"n": 2}),
        ("SELECT name FROM people WHERE id = 9 LIMIT 1", "auto", None),
        ("SELECT name FROM people WHERE id = 9", "auto", []),
        ("SELECT name FROM people ORDER BY id", "one", {"name": "Ann"}),
        ("SELECT name FROM people LIMIT 1", "all", [{"name": "Ann"}]),
        ("SELECT total FROM people ORDER BY id", "value", 1.5),
        ("SELECT total FROM people WHERE id = 9", "value", None),
        ("SELECT total FROM people", "none", None),
        ("UPDATE people SET total = 0", "auto", 2),
        ("UPDATE people SET total = 0", "none", None),
        ("DELETE FROM people WHERE id = 9", "auto", 0),
        ("INSERT INTO people (name) VALUES ('Cid') RETURNING name", "auto", [{"name": "Cid"}]),
    ],
)
def test_results(context, query, fetch, expected):
    assert run(context, query, fetch=fetch) == expected


def test_templates_are_bound(context):
    """C-09: a hostile name is stored as it is, and null is NULL."""
    injected = "Robert'); DROP TABLE people;--"

    run(context, "INSERT INTO people (name, total) VALUES {{ rows }}", rows=[{"name": injected, "total": None}])

    assert run(context, "SELECT id FROM people WHERE name = '{{ name }}'", name=injected) == [{"id": 3}]
    assert run(context, "SELECT id FROM people WHERE id = {{ id }}", id="1 OR 1=1") == []
    assert run(context, "SELECT id FROM people WHERE id IN {{ ids }}", ids=[1, 3]) == [{"id": 1}, {"id": 3}]
    assert run(context, "SELECT id FROM people WHERE name LIKE '%{{ part }}%'", part="DROP") == [{"id": 3}]


@pytest.mark.parametrize("params", [[1, "Ann"], {"id": 1, "name": "Ann"}])
def test_parameters(context, params):
    marks = ("?", "?") if isinstance(params, list) else (":id", ":name")

    assert run(context, f"SELECT total FROM people WHERE id = {marks[0]} AND name = {marks[1]}", params=params) == [
        {"total": 1.5}
    ]


@pytest.mark.parametrize("params", [[1, 2, 3], {"other": 1}])
def test_parameters_that_do_not_fit(context, params):
    with pytest.raises(StepFailed) as caught:
        run(context, "SELECT 1 WHERE 1 = ?", params=params)

    assert caught.value.error_type == "expression"


def test_the_row_limit_warns(context):
    assert run(context, "SELECT id FROM people ORDER BY id", max_rows=1) == [{"id": 1}]
    assert [line for line in context.lines if line.startswith("warning") and "max_rows" in line]


def test_now_is_there_for_sqlite(context):
    assert run(context, "SELECT NOW() AS moment LIMIT 1")["moment"].startswith("20")


def test_the_steps_time_limit(context):
    context.timeout = 0.3

    with pytest.raises(StepFailed) as caught:
        run(context, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n")

    assert caught.value.error_type == "timeout"

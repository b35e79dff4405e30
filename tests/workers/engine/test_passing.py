"""What steps hand on to each other."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.workers.engine.conftest import output, value

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = [
    {"name": "ana pop", "email": "ANA@Example.com"},
    {"name": "bob ek", "email": None},
    {"name": "cy", "email": "C@x.io"},
]
CLEAN = "[{'name': p.name.title(), 'email': p.email.lower() if p.email else null} for p in extract.value]"


def test_c37_etl_hands_on_by_name_place_and_whole(connect, run, tmp_path) -> None:
    """C-37: extract, transform, load of three rows; what never ran is null and no KeyError."""
    path = tmp_path / "people.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE people (name TEXT, email TEXT)")
    connect("people", "sqlite", path=str(path))
    insert = "INSERT INTO people (name, email) VALUES {{ transform.value }}"

    job = run(
        value("extract", "input.people"),
        value("transform", CLEAN, after=["extract"]),
        {"id": "load", "type": "database", "after": ["transform"], "config": {"connector": "people", "query": insert}},
        {"id": "never", "type": "condition", "config": {"expression": "false"}},
        value("other", "1", after=["never.true"]),
        output(
            {
                "loaded": "load",
                "whole": "transform",
                "first": "transform.value[0].email",
                "missing": "other.value.deep",
            },
            after=["load", "other.skipped"],
            join="all",
        ),
        input={"people": PEOPLE},
    )

    assert job.status == "SUCCESS", job.error
    assert (job.output["loaded"], job.output["first"], job.output["missing"]) == (3, "ana@example.com", None)
    assert [person["name"] for person in job.output["whole"]["value"]] == ["Ana Pop", "Bob Ek", "Cy"]
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT email FROM people").fetchall() == [("ana@example.com",), (None,), ("c@x.io",)]

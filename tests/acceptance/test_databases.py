"""Databases of every kind from the connector to the answer; our own is none of them."""

from __future__ import annotations

import re

import pytest

from tests import databases
from tests.acceptance.connecting import connect, finished, rows, step


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mysql"])
def test_databases_of_every_kind(api, tmp_path, kind):
    """C-09 and more: values are bound, whatever they look like; null is NULL."""
    configs = {
        "sqlite": lambda: {"path": str(tmp_path / "d.db")},
        "postgresql": databases.postgresql,
        "mysql": databases.mariadb,
    }
    config = configs[kind]()
    writer, reader = connect(api, kind, **config), connect(api, kind, **config, read_only=True)
    assert api.post(f"/api/connectors/{writer}/test/").json()["ok"]

    job = finished(
        api,
        step(
            "make",
            "database",
            connector=writer,
            query="DROP TABLE IF EXISTS stock; CREATE TABLE stock (item VARCHAR(50), n INTEGER, day DATE)",
        ),
        step(
            "fill",
            "database",
            after=["make"],
            connector=writer,
            query="INSERT INTO stock (item, n, day) VALUES {{ items }}",
        ),
        step("all", "database", after=["fill"], connector=reader, query="SELECT * FROM stock ORDER BY n"),
        step(
            "one",
            "database",
            after=["fill"],
            connector=reader,
            query="SELECT n FROM stock WHERE item = '{{ items[0].item }}' LIMIT 1",
        ),
        step(
            "nothing",
            "database",
            after=["fill"],
            connector=reader,
            query="SELECT n FROM stock WHERE item = :item LIMIT 1",
            params={"item": "nothing"},
        ),
        step("write", "database", after=["fill"], connector=reader, query="DELETE FROM stock", on_error="continue"),
        step(
            "out",
            "output",
            after=["all", "one", "nothing", "write.done"],
            join="all",
            values={"fill": "fill", "all": "all", "one": "one", "none": "nothing", "refused": "errors.write.message"},
        ),
        context={
            "items": [{"item": "Robert'); DROP TABLE stock;--", "n": 1, "day": "2026-03-14"}, {"item": None, "n": 2}]
        },
        inputs={"type": "object", "properties": {"items": {"type": "array"}}},
    )

    assert job["status"] == "SUCCESS", job
    out = job["workflow_output"]
    assert out["fill"] == 2
    assert out["all"] == [
        {"item": "Robert'); DROP TABLE stock;--", "n": 1, "day": "2026-03-14"},
        {"item": None, "n": 2, "day": None},
    ]
    assert (out["one"], out["none"]) == ({"n": 1}, None)
    assert re.search("read.?only", out["refused"], re.IGNORECASE)


def test_our_own_database_is_no_target(api, stack):
    found = api.post(
        "/api/connectors/", json={"name": "own", "type": "sqlite", "config": {"path": str(stack.home / "stepgraph.db")}}
    )
    slug = found.json()["slug"]

    tested = api.post(f"/api/connectors/{slug}/test/").json()

    assert not tested["ok"]
    assert "Stepgraph itself" in tested["message"]
    assert rows(stack.home / "stepgraph.db", "SELECT COUNT(*) FROM connectors_connector")[0][0] > 0

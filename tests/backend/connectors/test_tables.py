"""Looking through the tables of a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


def connect(client, kind, **config):
    return client.post("/api/connectors/", {"name": "Data", "slug": "data", "type": kind, "config": config})


def test_tables_and_columns(client, tmp_path):
    path = tmp_path / "data.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
    assert connect(client, "sqlite", path=str(path)).status_code == 201

    (table,) = client.get("/api/connectors/data/tables/").json()["tables"]

    assert (table["name"], table["kind"]) == ("people", "table")
    assert [column["name"] for column in table["columns"]] == ["id", "name"]


def test_a_database_that_does_not_answer_is_told(client, tmp_path):
    connect(client, "sqlite", path=str(tmp_path / "no" / "such" / "folder.db"))

    answer = client.get("/api/connectors/data/tables/")

    assert answer.status_code == 409
    assert "cannot be opened" in answer.json()["detail"]


def test_other_connectors_have_none(client):
    connect(client, "http", base_url="https://api.example.com")

    assert client.get("/api/connectors/data/tables/").status_code == 409


def test_viewers_may_not_look(acme, carol, client, client_of):
    connect(client, "http", base_url="https://api.example.com")

    assert client_of(carol).get("/api/connectors/data/tables/").status_code == 403

"""The SQL of a database step, shown before it runs."""

from __future__ import annotations

import pytest


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("sqlite", "SELECT * FROM a WHERE id = ? AND b IN (?, ?) AND c = ?"),
        ("postgresql", "SELECT * FROM a WHERE id = $1 AND b IN ($2, $3) AND c = $4"),
        ("mysql", "SELECT * FROM a WHERE id = %s AND b IN (%s, %s) AND c = %s"),
    ],
)
def test_values_are_shown_apart(client, kind, statement):
    query = "SELECT * FROM a WHERE id = '{{ id }}' AND b IN {{ list }} AND c = :c"
    body = {"query": query, "params": {"c": "{{ id }}"}, "context": {"id": "x' OR 1=1", "list": [1, 2]}, "type": kind}

    answer = client.post("/api/steps/preview-sql/", body).json()

    assert answer == {"statement": statement, "parameters": ["x' OR 1=1", 1, 2, "x' OR 1=1"]}


@pytest.mark.parametrize(
    "body", [{"query": "SELECT * FROM {{ table }}", "context": {"table": "a"}}, {"query": "   "}], ids=["name", "blank"]
)
def test_what_cannot_be_made_is_explained(client, body):
    answer = client.post("/api/steps/preview-sql/", body)

    assert answer.status_code == 200
    assert answer.json()["error"]


def test_a_query_without_parameters_stays_as_it_is(client):
    answer = client.post("/api/steps/preview-sql/", {"query": "SELECT ?", "params": []})

    assert answer.json()["statement"] == "SELECT ?"

from __future__ import annotations

import pytest


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


def test_the_catalogue_describes_every_step_type(client):
    types = {row["type"]: row for row in client.get("/api/step-types/").json()}

    assert {"script", "transform", "condition", "loop", "api", "output"} <= set(types)
    assert set(types["condition"]) == {
        "type", "label", "icon", "color", "category", "help", "version", "container", "ports", "dynamic_ports", "pure",
        "config_schema",
    }  # fmt: skip
    assert (types["condition"]["ports"], types["condition"]["dynamic_ports"]) == (["true", "false"], True)
    assert types["loop"]["container"]
    assert types["script"]["help"]


def test_the_format_is_published_as_json_schema(client):
    schema = client.get("/api/schema/workflow.json").json()

    assert "script" in schema["$defs"]["Step"]["properties"]["type"]["enum"]
    assert schema["$defs"]["config.script"]["properties"]["code"]
    references = set(_references(schema))
    assert references
    assert all(reference.removeprefix("#/$defs/") in schema["$defs"] for reference in references)


def _references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"expression": "a + 1", "context": {"a": 2}}, {"value": 3, "type": "integer", "kind": "a number"}),
        ({"expression": "null"}, {"value": None, "type": "null", "kind": "null"}),
        ({"expression": "{1}"}, {"value": [1], "type": "array", "kind": "a set"}),
        ({"expression": "decimal('1.10')"}, {"value": "1.10", "type": "string", "kind": "a decimal"}),
        ({"template": "{{ a }}", "context": {"a": [1]}}, {"value": [1], "type": "array", "kind": "a list"}),
        ({"template": "n={{ a }}", "context": {"a": 1}}, {"value": "n=1", "type": "string", "kind": "text"}),
        (
            {"template": "<b>{{ a }}</b>", "context": {"a": "<i>"}, "template_context": "html"},
            {"value": "<b>&lt;i&gt;</b>", "type": "string", "kind": "text"},
        ),
        (
            {"template": "WHERE a = '{{ a }}'", "context": {"a": "x'"}, "template_context": "sql"},
            {
                "value": {"statement": "WHERE a = $1", "parameters": ["x'"], "at": [10]},
                "type": "object",
                "kind": "an SQL statement",
            },
        ),
    ],
)
def test_expressions_can_be_tried(client, body, answer):
    found = client.post("/api/expressions/preview/", body).json()

    assert found.pop("steps") > 0
    assert found == answer


def test_what_can_be_completed_is_offered(client):
    offered = client.get("/api/expressions/catalogue/").json()

    assert {"name": "vars", "help": "The organisation's variables: vars.NAME."} in offered["names"]
    entries = {(entry["kind"], entry["of"], entry["name"]): entry for entry in offered["entries"]}
    assert entries["function", "", "money"]["signature"] == 'money(amount, "EUR")'
    assert entries["method", "text", "upper"]["help"]
    assert entries["field", "an amount of money", "currency"]


def test_faulty_expressions_are_explained(client):
    answer = client.post("/api/expressions/preview/", {"expression": "1 +"})

    assert answer.status_code == 200
    assert answer.json()["error"]
    assert answer.json()["position"] is not None
    assert client.post("/api/expressions/preview/", {}).status_code == 400

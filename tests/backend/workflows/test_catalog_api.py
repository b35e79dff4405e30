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
        ({"expression": "a + 1", "context": {"a": 2}}, {"value": 3}),
        ({"template": "{{ a }}", "context": {"a": [1]}}, {"value": [1]}),
        ({"template": "n={{ a }}", "context": {"a": 1}}, {"value": "n=1"}),
    ],
)
def test_expressions_can_be_tried(client, body, answer):
    assert client.post("/api/expressions/preview/", body).json() == answer


def test_faulty_expressions_are_explained(client):
    answer = client.post("/api/expressions/preview/", {"expression": "1 +"})

    assert answer.status_code == 200
    assert answer.json()["error"]
    assert answer.json()["position"] is not None
    assert client.post("/api/expressions/preview/", {}).status_code == 400

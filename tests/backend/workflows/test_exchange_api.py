from __future__ import annotations

import pytest

from backend.workflows.format import yaml

VALID = {
    "steps": [
        {"id": "fetch", "type": "script", "config": {"code": "return {'n': 1}"}},
        {"id": "out", "type": "output", "after": ["fetch"], "config": {"values": {"n": "fetch.n"}}},
    ]
}


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


def make(client, **body):
    response = client.post("/api/workflows/", {"name": "My flow", "definition": VALID, **body})
    assert response.status_code == 201, response.json()
    return response.json()


def address(workflow, suffix=""):
    return f"/api/workflows/{workflow['slug']}/{suffix}"


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_export_and_import_make_the_same_graph(client, form):
    made = make(client, definition={**VALID, "inputs": {"type": "object", "properties": {"z": {}, "a": {}}}})
    file = client.get(address(made, f"export/?format={form}"))

    content_type = "application/yaml" if form == "yaml" else "application/json"
    response = client.generic("POST", "/api/workflows/import/", file.content, content_type=content_type)

    assert file.headers["Content-Disposition"] == f'attachment; filename="my-flow.{form}"'
    assert response.status_code == 201, response.json()
    assert response.json()["slug"] == "my-flow-2"
    assert response.json()["definition"] == made["definition"]
    assert list(response.json()["definition"]["inputs"]["properties"]) == ["z", "a"]


def test_import_takes_aliases_and_envelopes(client):
    step = {
        "id": "a",
        "type": "script",
        "errorConfig": {"action": "Continue"},
        "retries": 2,
        "config": {"code": "return 1"},
    }
    text = yaml.dump({"name": "Old", "steps": [step]})

    response = client.post("/api/workflows/import/", {"yaml": text, "slug": "old-one", "name": "New"})

    assert response.status_code == 201, response.json()
    assert (response.json()["slug"], response.json()["name"]) == ("old-one", "New")
    [found] = response.json()["definition"]["steps"]
    assert (found["on_error"], found["retry"]) == ("continue", {"retries": 2})


@pytest.mark.parametrize(
    "body", ["a: [1", "a: 1\na: 2", "- 1\n- 2", "steps: [{id: a, type: nonsense}]", "x: !!python/name:os.system ''"]
)
def test_broken_files_are_refused(client, body):
    response = client.generic("POST", "/api/workflows/import/", body.encode(), content_type="application/yaml")

    assert response.status_code == 400
    assert response.json()["problems"]


def test_mermaid_shows_scopes_and_ports(client):
    steps = [
        {"id": "check", "name": 'Is it "big"?', "type": "condition", "config": {"expression": "input.n > 3"}},
        {"id": "each", "type": "loop", "after": ["check.true"], "config": {"times": 2}},
        {"id": "inner", "parent": "each", "type": "script", "config": {"code": "return 1"}},
    ]
    made = make(client, definition={"steps": steps, "triggers": [{"id": "hook", "type": "webhook"}]})

    text = client.get(address(made, "export/?format=mermaid")).content.decode()

    assert text.startswith("flowchart TD\n")
    assert 'step_check{"Is it #quot;big#quot;?"}' in text
    assert 'subgraph step_each["each"]' in text
    assert 'step_check -->|"true"| step_each' in text
    assert "trigger_hook --> step_check" in text
    assert client.get(address(made, "export/?format=pdf")).status_code == 400

from __future__ import annotations

import pytest

from backend.workflows import services
from backend.workflows.models import Workflow

VALID = {
    "steps": [
        {"id": "fetch", "type": "script", "config": {"code": "return {'n': 1}"}},
        {"id": "out", "type": "output", "after": ["fetch"], "config": {"values": {"n": "fetch.n"}}},
    ]
}
BROKEN = {
    "steps": [
        {"id": "a", "type": "scrpt", "after": ["b"]},
        {"id": "b", "type": "condition", "after": ["a"], "config": {"expression": "ghost > 1"}},
    ]
}
KEYS = {
    "id", "slug", "name", "description", "is_active", "status", "definition", "draft_revision", "published_version",
    "schedule", "trigger_type", "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


def make(client, **body):
    response = client.post("/api/workflows/", {"name": "My flow", "definition": VALID, **body})
    assert response.status_code == 201, response.json()
    return response.json()


def address(workflow, suffix=""):
    return f"/api/workflows/{workflow['slug']}/{suffix}"


def test_a_workflow_is_created_and_found_by_id_and_slug(client):
    made = make(client, description="Counts.")

    assert set(made) >= KEYS
    assert (made["slug"], made["status"], made["draft_revision"], made["published_version"]) == (
        "my-flow",
        "draft",
        1,
        None,
    )
    assert made["definition"] == {"stepgraph": 1, "name": "My flow", "description": "Counts.", **VALID}
    assert client.get(f"/api/workflows/{made['id']}/").json()["slug"] == "my-flow"
    assert client.get("/api/workflows/my-flow/").json()["validation"] == {"errors": 0, "warnings": 0}
    assert "validation" not in client.get("/api/workflows/my-flow/?validation=false").json()


def test_the_editor_starts_with_an_empty_draft(client):
    made = make(client, definition=None)

    assert made["definition"] == {"stepgraph": 1, "name": "My flow", "steps": []}
    assert make(client, definition={})["slug"] == "my-flow-2"


def test_a_new_workflow_must_be_valid_and_hears_everything_at_once(client):
    response = client.post("/api/workflows/", {"name": "X", "definition": BROKEN})

    assert response.status_code == 400
    assert response.json()["error"] == "Invalid workflow"
    assert {problem["code"] for problem in response.json()["problems"]} == {"unknown_type", "cycle", "unknown_variable"}
    assert not Workflow.objects.exists()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "name"),
        ({"name": "x", "slug": "no good"}, "slug"),
        ({"name": "x", "nmae": "y"}, "nmae"),
        ({"name": "x", "definition": "text"}, "definition"),
    ],
)
def test_faulty_bodies_are_refused(client, body, path):
    response = client.post("/api/workflows/", body)

    assert response.status_code == 400
    assert path in {problem["path"] for problem in response.json()["problems"]}


def test_slugs_are_unique_in_the_organisation(client):
    make(client, slug="mine")

    assert client.post("/api/workflows/", {"name": "X", "slug": "mine"}).status_code == 409
    assert client.post("/api/workflows/", {"name": "X", "slug": "import"}).status_code == 409
    other = make(client, slug="other")
    assert client.patch(address(other), {"slug": "mine"}).status_code == 409


def test_lists_are_filtered(client):
    one = make(client, name="Invoices")
    make(client, name="Reports")
    client.post(address(one, "publish/"), {})
    client.post(address(one, "disable/"), {})

    def names(query):
        return [row["name"] for row in client.get(f"/api/workflows/?{query}").json()["results"]]

    assert names("") == ["Invoices", "Reports"]
    assert names("search=rep") == ["Reports"]
    assert names("is_active=false") == ["Invoices"]
    assert names("status=published") == ["Invoices"]
    assert names("status=draft&limit=1&offset=0") == ["Reports"]
    assert client.get("/api/workflows/?status=weird").status_code == 400
    assert client.get("/api/workflows/?colour=red").status_code == 400


def test_a_draft_may_be_saved_invalid_and_counts_its_revision(client):
    made = make(client)

    response = client.patch(address(made), {"definition": BROKEN, "draft_revision": 1})

    assert response.status_code == 200
    assert response.json()["draft_revision"] == 2
    assert response.json()["validation"]["errors"] == 3


def test_of_two_editors_the_second_gets_both_versions(client, bob, client_of):
    made = make(client)
    mine = {**made["definition"], "description": "Alice's"}
    theirs = {**made["definition"], "description": "Bob's"}

    first = client.patch(address(made), {"definition": mine, "draft_revision": 1})
    second = client_of(bob).patch(address(made), {"definition": theirs, "draft_revision": 1})

    assert (first.status_code, second.status_code) == (200, 409)
    answer = second.json()
    assert answer["current"]["draft_revision"] == 2
    assert answer["current"]["definition"]["description"] == "Alice's"
    assert answer["yours"]["definition"]["description"] == "Bob's"
    assert client.get(address(made)).json()["description"] == "Alice's"


def test_a_save_that_overlaps_another_one_changes_nothing(alice, acme, actor_of):
    made = services.workflow_create(actor_of(alice), name="X")
    seen_before = Workflow.objects.get(pk=made.pk)
    services.workflow_update(made, changes={"name": "Y"})

    with pytest.raises(services.StaleDraft):
        services.workflow_update(seen_before, changes={"name": "Z"})

    assert Workflow.objects.get(pk=made.pk).name == "Y"


def test_a_definition_needs_the_revision_it_was_made_from(client):
    response = client.patch(address(make(client)), {"definition": VALID})

    assert response.status_code == 400
    assert response.json()["problems"][0]["path"] == "draft_revision"


def test_a_new_name_is_in_the_document_too(client):
    changed = client.patch(address(make(client)), {"name": "Renamed"}).json()

    assert (changed["name"], changed["definition"]["name"], changed["draft_revision"]) == ("Renamed", "Renamed", 2)


def test_validate_answers_200_with_everything(client):
    made = make(client)

    good = client.post(address(made, "validate/"), {})
    bad = client.post(address(made, "validate/"), {"definition": BROKEN})

    assert (good.status_code, good.json()) == (200, {"is_valid": True, "errors": [], "warnings": []})
    assert bad.status_code == 200
    assert not bad.json()["is_valid"]
    assert set(bad.json()["errors"][0]) == {"code", "step", "path", "message", "hint"}


def test_publishing_makes_numbered_versions_and_tells_apps_above(client, monkeypatch):
    heard = []
    monkeypatch.setattr(
        services,
        "publish_listeners",
        [lambda workflow, triggers, *, before: heard.append((workflow.slug, triggers, before))],
    )
    trigger = {"id": "t", "type": "webhook", "methods": ["POST"]}
    made = make(client, definition={**VALID, "triggers": [trigger]})

    first = client.post(address(made, "publish/"), {"note": "First"})
    again = client.post(address(made, "publish/"), {})
    client.patch(address(made), {"description": "New"})
    changed = client.get(address(made)).json()
    second = client.post(address(made, "publish/"), {})

    assert first.status_code == 200
    assert (first.json()["version"], again.json()["version"], second.json()["version"]) == (1, 1, 2)
    assert changed["status"] == "changed"
    assert client.get(address(made)).json()["status"] == "published"
    assert client.get(address(made)).json()["published_version"] == 2
    assert client.get(address(made)).json()["trigger_type"] == "webhook"
    versions = client.get(address(made, "versions/")).json()["results"]
    assert [(row["version"], row["note"], row["created_by"]) for row in versions] == [
        (2, "", "alice@example.com"),
        (1, "First", "alice@example.com"),
    ]
    told = [{"id": "t", "type": "webhook"}]
    assert heard == [("my-flow", told, []), ("my-flow", told, told), ("my-flow", told, told)]


def test_an_invalid_draft_cannot_be_published(client):
    made = make(client)
    client.patch(address(made), {"definition": BROKEN, "draft_revision": 1})

    response = client.post(address(made, "publish/"), {})

    assert response.status_code == 400
    assert len(response.json()["problems"]) == 3
    assert client.post(address(make(client, definition=None), "publish/"), {}).status_code == 400


def test_restoring_adds_to_history(client):
    made = make(client)
    client.post(address(made, "publish/"), {})
    client.patch(address(made), {"name": "Second"})
    client.post(address(made, "publish/"), {})

    restored = client.post(address(made, "versions/1/restore/"), {}).json()

    assert (restored["name"], restored["published_version"], restored["status"]) == ("My flow", 3, "published")
    assert (
        client.get(address(made, "versions/3/")).json()["definition"]
        == client.get(address(made, "versions/1/")).json()["definition"]
    )
    draft = client.post(address(made, "versions/2/restore/"), {"publish": False}).json()
    assert (draft["name"], draft["published_version"], draft["status"]) == ("Second", 3, "changed")
    assert client.post(address(made, "versions/9/restore/"), {}).status_code == 404


def test_diff_names_steps_and_places(client):
    made = make(client)
    client.post(address(made, "publish/"), {})
    steps = [
        {"id": "fetch", "type": "script", "config": {"code": "return {'n': 2}"}},
        {"id": "last", "type": "output", "after": ["fetch"], "config": {"values": {"n": "fetch.n"}}},
    ]
    client.patch(address(made), {"definition": {"name": "My flow", "steps": steps}, "draft_revision": 1})

    diff = client.get(address(made, "diff/?from=1&to=draft")).json()

    assert (diff["added"], diff["removed"]) == (["last"], ["out"])
    assert diff["changed"] == [
        {
            "step": "fetch",
            "name": "fetch",
            "changes": [{"path": "config.code", "before": "return {'n': 1}", "after": "return {'n': 2}"}],
        }
    ]
    assert client.get(address(made, "diff/?from=x")).status_code == 404


def test_enabling_copying_deleting(client):
    made = make(client)

    assert client.post(address(made, "disable/"), {}).json()["is_active"] is False
    assert client.post(address(made, "enable/"), {}).json()["is_active"] is True
    copy = client.post(address(made, "copy/"), {})
    assert (copy.status_code, copy.json()["name"], copy.json()["slug"]) == (201, "My flow (copy)", "my-flow-copy")
    assert copy.json()["definition"]["steps"] == made["definition"]["steps"]
    client.post(address(made, "publish/"), {})
    assert client.delete(address(made)).status_code == 204
    assert client.get(address(made)).status_code == 404


def test_viewers_read_and_editors_write(client, carol, bob, client_of):
    made = make(client)
    viewer, editor = client_of(carol), client_of(bob)

    assert viewer.get(address(made)).status_code == 200
    assert viewer.post(address(made, "validate/"), {}).status_code == 200
    assert viewer.patch(address(made), {"name": "X"}).status_code == 403
    assert viewer.post(address(made, "publish/"), {}).status_code == 403
    assert editor.patch(address(made), {"name": "X"}).status_code == 200


def test_other_organisations_see_nothing(client, dan, globex, client_of):
    made = make(client)
    stranger = client_of(dan)

    for path in (address(made), f"/api/workflows/{made['id']}/", address(made, "versions/"), address(made, "export/")):
        assert stranger.get(path).status_code == 404
    assert stranger.patch(address(made), {"name": "X"}).status_code == 404
    assert stranger.delete(address(made)).status_code == 404
    assert stranger.get("/api/workflows/").json()["count"] == 0
    assert make(stranger)["slug"] == "my-flow"  # slugs are free in another organisation


def test_workflows_are_filed_in_folders_and_found_by_tag(client):
    first, second, third = (make(client, name=name) for name in ("One", "Two", "Three"))
    client.patch(address(first), {"folder": " Sales / Orders/", "tags": ["nightly", " shop", "nightly", "für alle"]})
    client.patch(address(second), {"folder": "Sales", "tags": ["shop"]})
    client.patch(address(third), {"folder": "Salesforce"})

    labels = client.get("/api/workflow-labels/").json()
    in_sales = client.get("/api/workflows/?folder=Sales").json()["results"]
    nightly = client.get("/api/workflows/?tag=nightly").json()["results"]
    for_all = client.get("/api/workflows/", {"tag": "für alle"}).json()["results"]

    assert labels == {
        "folders": [
            {"name": "Sales", "count": 2},
            {"name": "Sales/Orders", "count": 1},
            {"name": "Salesforce", "count": 1},
        ],
        "tags": [{"name": "für alle", "count": 1}, {"name": "nightly", "count": 1}, {"name": "shop", "count": 2}],
    }
    assert {found["name"] for found in in_sales} == {"One", "Two"}
    assert [(found["folder"], found["tags"]) for found in nightly] == [
        ("Sales/Orders", ["für alle", "nightly", "shop"])
    ]
    assert [found["name"] for found in for_all] == ["One"]

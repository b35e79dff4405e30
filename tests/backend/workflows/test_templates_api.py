"""The gallery: what it shows, and what it makes."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from backend.connectors.models import Connector
from backend.workflows.models import Workflow


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


def test_the_gallery_lists_every_example_with_what_it_asks_for(client):
    found = {one["slug"]: one for one in client.get("/api/templates/").json()["results"]}

    assert {"document-intake", "etl", "order-pricing"} <= found.keys()
    assert found["etl"]["parameters"] == [{"name": "source", "label": "Name of the source", "default": "crm"}]
    assert found["etl"]["connectors"] == ["warehouse"]
    assert found["order-pricing"]["definition"]["steps"]


def test_a_template_is_filled_in_and_brings_its_connector(client):
    answer = client.post("/api/templates/etl/use/", {"parameters": {"source": "shop"}})

    assert answer.status_code == 201, answer.content
    workflow = Workflow.objects.get(pk=answer.json()["id"])
    assert workflow.name == "ETL shop"
    assert "INTO shop_rows" in str(workflow.definition)
    assert workflow.definition["ui"].keys() == {"positions"}
    assert Connector.objects.get(slug="warehouse").type == "sqlite"


def test_a_template_that_cannot_be_used_leaves_no_connector_behind(client):
    answer = client.post("/api/templates/etl/use/", {"parameters": {"source": "{{ 1 +"}})

    assert answer.status_code == 400, answer.content
    assert not Connector.objects.exists()


def test_what_a_template_does_not_ask_for_is_refused(client):
    answer = client.post("/api/templates/etl/use/", {"parameters": {"sink": "x"}})

    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == "parameters.sink"


def test_an_unknown_template_is_not_found(client):
    assert client.post("/api/templates/none/use/", {}).status_code == 404


def test_a_template_says_which_connectors_do_not_come_with_it(client):
    found = {one["slug"]: one["needs"] for one in client.get("/api/templates/").json()["results"]}

    assert found["order-processing"] == ["services", "shop", "team-mail"]
    assert found["etl"] == []


def test_a_template_brings_the_workflows_that_it_starts(client):
    made = client.post("/api/templates/customer-onboarding/use/", {}).json()
    again = client.post("/api/templates/customer-onboarding/use/", {}).json()

    assert {made["slug"], again["slug"]} == {"customer-onboarding", "customer-onboarding-2"}
    assert set(Workflow.objects.values_list("slug", flat=True)) == {
        made["slug"], again["slug"], "data-enrichment", "compliance-check", "account-provisioning",
    }  # fmt: skip


def test_seeding_publishes_what_needs_nothing_and_says_what_the_others_need(acme, capsys):
    call_command("seed_examples", "--organization", acme.slug)

    printed = capsys.readouterr().out
    assert "order-pricing, published version 1" in printed
    assert "order-processing, a draft until there are connectors services, shop, team-mail" in printed
    published = Workflow.objects.exclude(published_version=None).values_list("slug", flat=True)
    assert {"order-pricing", "etl"} <= set(published)
    assert "order-processing" not in published

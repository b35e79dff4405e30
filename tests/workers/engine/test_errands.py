"""What people ask of connectors while they wait is done by a worker: the process that asks has no way out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from backend.accounts.models import Organization
from backend.connectors import errands
from backend.connectors.models import Connector, Errand
from tests.backend.factories import make_api_key
from tests.http_server import Answer, Server
from workers.engine.owner import errands as worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api(acme: Organization, settings: Any) -> APIClient:
    settings.ERRANDS_BY_WORKERS = True
    settings.STEPGRAPH_EGRESS_ALLOW = ["127.0.0.0/8"]
    client = APIClient()
    client.credentials(HTTP_X_API_KEY=make_api_key(acme))
    return client


@pytest.fixture
def errand_worker() -> Iterator[None]:
    stopping = threading.Event()
    worker.start(stopping)
    yield
    stopping.set()
    worker.look()
    while any(thread.name.startswith("errand") for thread in threading.enumerate()):
        time.sleep(0.01)


def candidate(server: Server) -> dict:
    return {"type": "http", "config": {"base_url": server.url, "headers": {"X-Key": "top-secret-0123"}}}


@pytest.mark.usefixtures("errand_worker")
def test_a_worker_tests_what_is_saved_and_what_is_not(api: APIClient, server: Server) -> None:
    server.answers["/"] = Answer(200)
    api.post("/api/connectors/", {"name": "Site", "slug": "site", **candidate(server)}, format="json")

    saved = api.post("/api/connectors/site/test/").json()
    unsaved = api.post("/api/connectors/test/", candidate(server), format="json").json()

    assert (saved["ok"], unsaved["ok"]) == (True, True), (saved, unsaved)
    assert [seen.headers["x-key"] for seen in server.seen] == ["top-secret-0123"] * 2
    assert api.get("/api/connectors/site/").json()["last_test"]["ok"] is True
    assert Errand.objects.count() == 0


@pytest.mark.usefixtures("errand_worker")
def test_what_is_wrong_comes_back_in_words(api: APIClient, settings: Any, server: Server) -> None:
    settings.STEPGRAPH_EGRESS_ALLOW = []

    tested = api.post("/api/connectors/test/", candidate(server), format="json").json()
    config = {"base_url": server.url}
    api.post("/api/connectors/", {"name": "S", "slug": "s", "type": "http", "config": config}, format="json")
    tables = api.get("/api/connectors/s/tables/")

    assert tested["ok"] is False
    assert "STEPGRAPH_EGRESS_ALLOW" in f"{tested['message']} {tested['hint']}"
    assert (tables.status_code, tables.json()["error"]) == (409, "Cannot be used")


def test_without_a_worker_nothing_leaves_and_people_are_told(
    api: APIClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "_TAKEN_SECONDS", 0.2)

    tested = api.post("/api/connectors/test/", candidate(server), format="json").json()

    assert tested["ok"] is False
    assert "No worker" in tested["message"]
    assert server.seen == []
    assert Errand.objects.count() == 0


def test_a_connector_that_is_deleted_meanwhile_is_told(api: APIClient, acme: Organization, server: Server) -> None:
    api.post("/api/connectors/", {"name": "Site", "slug": "site", **candidate(server)}, format="json")
    answers = []

    def ask() -> None:
        answers.append(api.post("/api/connectors/site/test/"))
        connection.close()

    asked = threading.Thread(target=ask)
    asked.start()
    while not Errand.objects.exists():
        time.sleep(0.01)
    Connector.objects.all().delete()
    asked.join()

    assert [(one.status_code, one.json()["ok"]) for one in answers] == [(200, False)]
    assert "deleted" in answers[0].json()["message"]


def test_an_errand_is_taken_once_and_its_secrets_are_sealed(api: APIClient, acme: Organization, server: Server) -> None:
    def ask() -> None:
        api.post("/api/connectors/test/", candidate(server), format="json")
        connection.close()

    asked = threading.Thread(target=ask)
    asked.start()
    while (errand := Errand.objects.first()) is None:
        time.sleep(0.01)

    assert "top-secret" not in errand.sealed
    taken = [errands.take(), errands.take()]
    assert [bool(one) for one in taken] == [True, False]
    errands.serve(errand)
    asked.join()

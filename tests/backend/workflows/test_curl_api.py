"""curl commands over the API."""

from __future__ import annotations

import pytest


@pytest.fixture
def client(alice, acme, client_of):
    return client_of(alice)


def test_from_curl_and_back(client):
    answer = client.post("/api/steps/from-curl/", {"curl": "curl https://x.example -d a=1 -u ann:pw"}).json()

    assert answer["config"]["body"] == {"a": "1"}
    assert "secret" in answer["warnings"][0]
    again = client.post("/api/steps/to-curl/", {"config": answer["config"]}).json()["curl"]
    assert client.post("/api/steps/from-curl/", {"curl": again}).json()["config"] == answer["config"]


def test_what_is_no_command_is_refused(client):
    answer = client.post("/api/steps/from-curl/", {"curl": "wget https://x.example"})

    assert answer.status_code == 400
    assert "curl" in answer.json()["detail"]

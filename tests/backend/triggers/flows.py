"""A workflow that is changed, published and restored over HTTP."""

from __future__ import annotations

from django.test import Client

JSON = "application/json"
STEP = {"id": "out", "type": "output", "config": {"values": {"a": "1"}}}
NIGHTLY = {"id": "nightly", "type": "schedule", "cron": "0 2 * * *"}
CALL = {"id": "call", "type": "webhook"}
ASK = {"id": "ask", "type": "form", "title": "Ask"}


class Flow:
    """A workflow, changed and published as people do."""

    def __init__(self, client: Client) -> None:
        self.client = client
        made = client.post("/api/workflows/", {"name": "Flow", "definition": self._of([])}, content_type=JSON)
        assert made.status_code == 201, made.content

    def _of(self, triggers, **document):
        return {"stepgraph": 1, "name": "Flow", "steps": [STEP], "triggers": triggers, **document}

    def save(self, *triggers, **document):
        revision = self.shown()["draft_revision"]
        body = {"definition": self._of(list(triggers), **document), "draft_revision": revision}
        assert self.client.patch("/api/workflows/flow/", body, content_type=JSON).status_code == 200

    def publish(self, *triggers, **document):
        self.save(*triggers, **document)
        response = self.client.post("/api/workflows/flow/publish/", {}, content_type=JSON)
        assert response.status_code == 200, response.content

    def publish_refused(self, *triggers):
        self.save(*triggers)
        response = self.client.post("/api/workflows/flow/publish/", {}, content_type=JSON)
        assert response.status_code == 400, response.content
        return [problem["path"] for problem in response.json()["problems"]]

    def restore(self, version, **body):
        return self.client.post(f"/api/workflows/flow/versions/{version}/restore/", body, content_type=JSON)

    def change(self, table, row, **values):
        response = self.client.patch(f"/api/{table}/{row.pk}/", values, content_type=JSON)
        assert response.status_code == 200, response.content

    def shown(self):
        return self.client.get("/api/workflows/flow/").json()

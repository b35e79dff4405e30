"""Restoring a version keeps the triggers of today: they are live at once and not versioned."""

from __future__ import annotations

from django.test import Client

from backend.triggers.models import Schedule, Webhook
from tests.backend.triggers.flows import CALL, JSON, NIGHTLY


def call(hook):
    return Client().post(f"/hooks/{hook.token}/", {}, content_type=JSON).status_code


def test_restoring_keeps_the_triggers_of_today(flow):
    flow.publish(CALL, description="Open")
    open_to_all = call(Webhook.objects.get())
    flow.publish(CALL | {"auth": "bearer"}, NIGHTLY, description="Closed")

    restored = flow.restore(1)

    assert (open_to_all, restored.status_code) == (202, 200)
    assert restored.json()["description"] == "Open"
    assert restored.json()["status"] == "published"
    assert restored.json()["definition"]["triggers"] == [CALL | {"auth": "bearer"}, NIGHTLY]
    assert (Webhook.objects.get().auth, call(Webhook.objects.get())) == ("bearer", 401)
    assert Schedule.objects.get().is_active


def test_restoring_brings_back_no_trigger_that_was_removed(flow):
    flow.publish(CALL)
    flow.publish()

    restored = flow.restore(1).json()

    assert "triggers" not in restored["definition"]
    assert not Webhook.objects.get().is_active


def test_restoring_a_draft_keeps_the_triggers_too(flow):
    flow.publish(CALL, description="Old")
    flow.publish(CALL, description="New")
    flow.save(CALL | {"auth": "bearer"}, description="Newer")

    draft = flow.restore(1, publish=False).json()

    assert (draft["description"], draft["status"]) == ("Old", "changed")
    assert draft["definition"]["triggers"] == [CALL | {"auth": "bearer"}]
    assert Webhook.objects.get().auth == "none"

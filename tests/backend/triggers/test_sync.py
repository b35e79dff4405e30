"""Publishing makes the webhooks of the definition."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from backend.common.errors import Invalid
from backend.triggers.models import Webhook
from backend.triggers.services.webhooks import triggers_sync

INTAKE = {"id": "intake", "type": "webhook", "auth": "hmac", "methods": ["POST"], "respond": "when_finished"}
NIGHTLY = {"id": "nightly", "type": "schedule", "cron": "0 2 * * *"}


def test_a_new_trigger_gets_an_address_and_a_secret(workflow):
    made = triggers_sync(workflow, triggers=[INTAKE, NIGHTLY])

    hook = Webhook.objects.get()
    assert [one.webhook.pk for one in made] == [hook.pk]
    assert made[0].secret
    assert (hook.trigger_id, hook.auth, hook.respond, hook.is_active) == ("intake", "hmac", "when_finished", True)


def test_the_address_and_the_secret_outlive_publishing_again(workflow):
    before = triggers_sync(workflow, triggers=[INTAKE])[0].webhook

    again = triggers_sync(workflow, triggers=[INTAKE | {"timeout": 5.0, "start_at": "read"}])[0]

    assert again.secret == ""
    assert (again.webhook.token, again.webhook.secret) == (before.token, before.secret)
    assert (again.webhook.timeout, again.webhook.start_at) == (5.0, "read")


def test_a_removed_trigger_goes_quiet_and_comes_back_with_its_address(workflow):
    token = triggers_sync(workflow, triggers=[INTAKE])[0].webhook.token

    triggers_sync(workflow, triggers=[NIGHTLY])
    quiet = Webhook.objects.get()
    triggers_sync(workflow, triggers=[INTAKE])
    back = Webhook.objects.get()

    assert (quiet.is_active, back.is_active) == (False, True)
    assert quiet.token == back.token == token


def test_webhooks_made_by_hand_are_left_alone(workflow, make_hook):
    hook = make_hook()

    triggers_sync(workflow, triggers=[])

    hook.refresh_from_db()
    assert hook.is_active


def test_a_start_that_the_version_does_not_have_is_refused(workflow):
    with pytest.raises(Invalid, match="cannot start"):
        triggers_sync(workflow, triggers=[INTAKE | {"start_at": "nothing"}])

    assert Webhook.objects.count() == 0


def test_networks_are_kept_in_their_one_spelling(workflow):
    made = triggers_sync(workflow, triggers=[INTAKE | {"ip_allow": ["203.0.113.7"]}])

    assert made[0].webhook.ip_allow == ["203.0.113.7/32"]


def test_publishing_calls_it(workflow):
    from backend.workflows.services import publish_listeners

    for listener in publish_listeners:
        listener(workflow, [INTAKE, NIGHTLY], before=[])

    assert Webhook.objects.get().trigger_id == "intake"


def test_the_import_command_prints_the_address(organization, tmp_path, capsys):
    definition = {
        "stepgraph": 1,
        "name": "Ping",
        "steps": [{"id": "out", "type": "output", "config": {"values": {"pong": "true"}}}],
        "triggers": [{"id": "call", "type": "webhook", "auth": "none"}],
    }
    file = tmp_path / "ping.json"
    file.write_text(json.dumps(definition))

    call_command("workflow", "import", str(file), "--publish")

    assert f"/hooks/{Webhook.objects.get().token}/" in capsys.readouterr().out

"""Webhooks at the API: set up, changed, rotated, removed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.accounts.models import Role
from backend.accounts.services.organizations import organization_create
from backend.triggers.models import Webhook
from backend.triggers.selectors.webhooks import webhook_secrets

JSON = "application/json"


def create(client, **fields):
    return client.post("/api/webhooks/", {"workflow": "intake", **fields}, content_type=JSON)


def change(client, hook_id, **fields):
    return client.patch(f"/api/webhooks/{hook_id}/", fields, content_type=JSON)


def rotate(client, hook_id, **fields):
    return client.post(f"/api/webhooks/{hook_id}/rotate/", fields, content_type=JSON)


def secrets_of(hook_id, *, at=None):
    return webhook_secrets(Webhook.objects.get(pk=hook_id), now=at or timezone.now())


def test_a_new_webhook_shows_its_address_and_its_secret_once(key_client, workflow):
    editor = key_client()

    response = create(editor)

    made = response.json()
    assert response.status_code == 201, made
    assert made["url"].startswith("http")
    assert f"/hooks/{Webhook.objects.get().token}/" in made["url"]
    assert (made["auth"], made["methods"], made["respond"]) == ("hmac", ["POST"], "immediately")
    assert len(made["secret"]) >= 32
    assert "secret" not in editor.get(f"/api/webhooks/{made['id']}/").json()
    assert made["secret"] not in Webhook.objects.get().secret


def test_the_workflow_may_be_named_by_its_id(key_client, workflow):
    response = create(key_client(), workflow=str(workflow.id), auth="none", methods=["PUT", "GET", "PUT"])

    assert response.status_code == 201
    assert response.json()["methods"] == ["GET", "PUT"]
    assert "secret" not in response.json()


WRONG = {
    "no such workflow": ({"workflow": "nothing"}, 404),
    "no such method": ({"methods": ["TRACE"]}, 400),
    "no method": ({"methods": []}, 400),
    "no such authentication": ({"auth": "magic"}, 400),
    "no such answer": ({"respond": "later"}, 400),
    "no such step": ({"start_at": "nothing"}, 400),
    "no network": ({"ip_allow": ["somewhere"]}, 400),
    "no header name": ({"idempotency_header": "a b"}, 400),
    "no rate": ({"rate_limit": 0}, 400),
    "too long a wait": ({"timeout": 3600}, 400),
    "too large a body": ({"max_body": 10_000_001}, 400),
    "a short secret": ({"auth": "hmac", "secret": "short"}, 400),
    "a secret for nobody": ({"auth": "none", "secret": "long enough to be one"}, 400),
    "a basic secret without a user": ({"auth": "basic", "secret": "no colon in this one"}, 400),
    "a standard secret that is none": ({"auth": "standard", "secret": "whsec_not really one"}, 400),
    "a field of the server": ({"token": "mine"}, 400),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_webhook_is_refused(key_client, workflow, case):
    fields, status = WRONG[case]

    response = create(key_client(), **fields)

    assert response.status_code == status, response.content
    assert Webhook.objects.count() == 0


@pytest.mark.parametrize("auth", ["hmac", "bearer", "basic", "standard"])
def test_every_authentication_gets_a_secret_of_its_form(key_client, workflow, auth):
    made = create(key_client(), auth=auth).json()

    again = create(key_client(), auth=auth, secret=made["secret"])

    assert again.status_code == 201, again.content


def test_the_list_is_that_of_the_organisation_or_of_one_workflow(key_client, make_hook, organization):
    hook = make_hook()
    client = key_client()

    everything = client.get("/api/webhooks/").json()
    of_workflow = client.get("/api/webhooks/?workflow=intake").json()
    of_another = client.get("/api/webhooks/?workflow=other").json()

    assert [row["id"] for row in everything["results"]] == [str(hook.id)]
    assert (everything["count"], of_workflow["count"], of_another["count"]) == (1, 1, 0)


def test_other_organisations_see_nothing(key_client, make_hook):
    hook = make_hook()
    stranger = key_client(organization=organization_create(name="Other", owner=None))

    answers = [
        stranger.get(f"/api/webhooks/{hook.id}/"),
        change(stranger, hook.id, is_active=False),
        rotate(stranger, hook.id),
        stranger.delete(f"/api/webhooks/{hook.id}/"),
        create(stranger),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert stranger.get("/api/webhooks/").json()["count"] == 0


@pytest.mark.parametrize(("role", "shown"), [(Role.OPERATOR, True), (Role.VIEWER, False)])
def test_who_may_not_start_jobs_does_not_see_the_address(key_client, make_hook, role, shown):
    hook = make_hook()

    body = key_client(role).get(f"/api/webhooks/{hook.id}/").json()

    assert bool(body["url"]) is shown


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_who_may_not_edit_changes_nothing(key_client, make_hook, role):
    hook = make_hook()
    client = key_client(role)

    answers = [
        create(client),
        change(client, hook.id, is_active=False),
        rotate(client, hook.id),
        client.delete(f"/api/webhooks/{hook.id}/"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_a_change_keeps_everything_else(key_client, workflow):
    client = key_client()
    made = create(client, rate_limit=5, ip_allow=["10.0.0.1", "2001:db8::/32"]).json()

    changed = change(client, made["id"], timeout=5, respond="when_finished").json()

    assert (changed["timeout"], changed["respond"], changed["rate_limit"]) == (5, "when_finished", 5)
    assert changed["ip_allow"] == ["10.0.0.1/32", "2001:db8::/32"]
    assert changed["url"] == made["url"]
    assert "secret" not in changed
    assert secrets_of(made["id"]) == [made["secret"]]


def test_another_authentication_gets_another_secret(key_client, workflow):
    client = key_client()
    made = create(client, auth="hmac").json()

    changed = change(client, made["id"], auth="standard").json()
    opened = change(client, made["id"], auth="none").json()

    assert changed["secret"].startswith("whsec_")
    assert "secret" not in opened
    assert secrets_of(made["id"]) == []


def test_a_chosen_secret_replaces_the_old_one_at_once(key_client, workflow):
    client = key_client()
    made = create(client).json()

    change(client, made["id"], secret="the one that the sender shows")

    assert secrets_of(made["id"]) == ["the one that the sender shows"]


def test_a_new_token_ends_the_old_address(key_client, client, workflow):
    editor = key_client()
    made = create(editor, auth="none").json()

    rotated = rotate(editor, made["id"]).json()

    old, new = (client.post(row["url"].partition("/hooks/")[2].join(["/hooks/", ""])) for row in (made, rotated))
    assert rotated["url"] != made["url"]
    assert (old.status_code, new.status_code) == (404, 202)


def test_a_new_secret_leaves_the_old_one_a_day(key_client, workflow):
    client = key_client()
    made = create(client).json()

    rotated = rotate(client, made["id"], what="secret").json()

    assert rotated["url"] == made["url"]
    assert secrets_of(made["id"]) == [rotated["secret"], made["secret"]]
    assert secrets_of(made["id"], at=timezone.now() + timedelta(hours=25)) == [rotated["secret"]]


def test_both_can_be_new(key_client, workflow):
    client = key_client()
    made = create(client).json()

    rotated = rotate(client, made["id"], what="both").json()

    assert rotated["url"] != made["url"]
    assert rotated["secret"] != made["secret"]


def test_without_authentication_there_is_no_secret_to_rotate(key_client, workflow):
    client = key_client()
    made = create(client, auth="none").json()

    response = rotate(client, made["id"], what="secret")

    assert response.status_code == 400
    assert "authentication" in response.json()["detail"]


def test_a_removed_webhook_is_gone(key_client, client, make_hook):
    hook = make_hook()

    response = key_client().delete(f"/api/webhooks/{hook.id}/")

    assert response.status_code == 204
    assert client.post(f"/hooks/{hook.token}/").status_code == 404

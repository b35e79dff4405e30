"""The log of calls, sending them again, and test addresses."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from backend.accounts.models import Role
from backend.jobs.models import Job
from backend.triggers import housekeeping
from backend.triggers.models import WebhookDelivery, WebhookTest
from backend.triggers.services.deliveries import Allowance
from tests.backend.factories import make_member, make_user
from tests.backend.triggers.calling import SECRET, assert_refused, post, signed

JSON = "application/json"


def deliveries(client, hook, query=""):
    return client.get(f"/api/webhooks/{hook.pk}/deliveries/{query}").json()["results"]


def replay(client, hook, delivery):
    return client.post(f"/api/webhooks/{hook.pk}/deliveries/{delivery['id']}/replay/")


# --- the log --------------------------------------------------------------------------------------------------------


def test_accepted_repeated_and_refused_calls_are_written_down(client, key_client, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET)
    headers = signed(b'{"a": 1}')
    post(client, hook, **headers, **{"X-Order": "7", "Cookie": "session=x"})
    post(client, hook, **headers)
    post(client, hook, b'{"a": 2}', **headers, Authorization="Bearer secret")
    client.get(f"/hooks/{hook.token}/orders/7?tag=x")

    get, tampered, again, first = deliveries(key_client(), hook)

    job = Job.objects.get()
    assert (first["verdict"], first["status"], first["job"], first["size"]) == ("accepted", 202, str(job.pk), 8)
    assert first["request"]["headers"]["x-order"] == "7"
    assert "cookie" not in first["request"]["headers"]
    assert first["request"]["preview"] == '{\n  "a": 1\n}'
    assert (again["verdict"], again["job"]) == ("repeated", str(job.pk))
    assert (tampered["verdict"], tampered["status"], tampered["job"]) == ("refused", 401, None)
    assert "signature" in tampered["detail"]
    assert tampered["request"]["preview"] == '{"a": 2}'
    assert "authorization" not in tampered["request"]["headers"]
    assert (get["status"], get["method"], get["path"], get["request"]["query"]) == (405, "GET", "orders/7", "tag=x")
    assert len(deliveries(key_client(), hook, "?verdict=refused")) == 2


def test_a_refusal_that_cannot_be_written_is_answered_all_the_same(client, make_hook):
    hook = make_hook(auth="hmac")

    def down(execute, sql, params, many, context):
        if "INSERT" in sql and "webhookdelivery" in sql:
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(down):
        assert_refused(post(client, hook), 401)


def test_strangers_do_not_fill_the_log():
    allowance = Allowance()
    one, other = object(), object()

    taken = [allowance.take(one, now=0) for _ in range(61)]

    assert taken == [True] * 60 + [False]
    assert allowance.take(other, now=0)
    assert allowance.take(one, now=60)


def test_calls_are_forgotten_after_a_week_and_jobs_are_not(client, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET)
    post(client, hook, b"1", **signed(b"1"))
    post(client, hook, b"2", **signed(b"2"))
    old = WebhookDelivery.objects.order_by("id").first()
    WebhookDelivery.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=8))

    housekeeping.tidy()

    assert (WebhookDelivery.objects.count(), Job.objects.count()) == (1, 2)


# --- again ----------------------------------------------------------------------------------------------------------


def test_a_call_is_sent_again_with_what_it_brought(client, key_client, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET, start_at="read")
    post(client, hook, **signed(b'{"a": 1}'), **{"X-Order": "7"})
    (delivery,) = deliveries(key_client(), hook)

    response = replay(key_client(Role.OPERATOR), hook, delivery)

    first, again = Job.objects.order_by("id")
    assert (response.status_code, response.json()["job"]) == (201, str(again.pk))
    assert (again.input, again.start_at, again.triggered_by) == (first.input, "read", "WEBHOOK")
    assert deliveries(key_client(), hook)[0]["replay_of"] == delivery["id"]


def test_a_refused_call_can_be_let_in_by_a_person(client, key_client, make_hook):
    hook = make_hook(auth="hmac")
    post(client, hook, b'{"a": 1}', **{"X-Order": "7"})

    response = replay(key_client(), hook, deliveries(key_client(), hook)[0])

    job = Job.objects.get()
    assert response.status_code == 201
    assert (job.input["webhook_payload"], job.input["webhook_headers"]["x-order"]) == ({"a": 1}, "7")


def test_a_viewer_sends_nothing_again(client, key_client, make_hook):
    hook = make_hook()
    post(client, hook)

    assert replay(key_client(Role.VIEWER), hook, deliveries(key_client(), hook)[0]).status_code == 403


def test_what_was_not_kept_is_told(client, key_client, make_hook):
    hook, gone = make_hook(auth="hmac"), make_hook()
    post(client, hook, b"x" * 70_000, content_type="text/plain")
    post(client, gone)
    Job.objects.all().delete()

    assert "too long" in replay(key_client(), hook, deliveries(key_client(), hook)[0]).json()["detail"]
    assert "deleted" in replay(key_client(), gone, deliveries(key_client(), gone)[0]).json()["detail"]


# --- tests ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(organization):
    """A signed-in editor's browser."""
    user = make_user("ann")
    make_member(organization, user, role="editor")
    browser = Client()
    browser.force_login(user)
    return browser


def new_test(browser, **fields):
    response = browser.post("/api/webhook-tests/", {"workflow": "intake", **fields}, content_type=JSON)
    assert response.status_code == 201, response.content
    return response.json()


def call(test, body=b'{"a": 1}', **headers):
    path = "/" + test["url"].split("/", 3)[3]
    return Client().generic("POST", f"{path}orders?tag=x", body, content_type=JSON, headers=headers)


def test_a_test_address_shows_its_calls_and_starts_nothing(editor, workflow):
    test = new_test(editor)

    assert call(test, **{"X-Order": "7"}).status_code == 200

    (seen,) = editor.get(f"/api/webhook-tests/{test['id']}/").json()["calls"]
    assert (seen["method"], seen["path"], seen["webhook_payload"]) == ("POST", "orders", {"a": 1})
    assert (seen["webhook_headers"]["x-order"], seen["webhook_query"]) == ("7", {"tag": "x"})
    assert Job.objects.count() == 0


def test_the_last_twenty_calls_are_shown(editor, workflow):
    test = new_test(editor)
    for number in range(22):
        call(test, str(number).encode())

    shown = editor.get(f"/api/webhook-tests/{test['id']}/").json()["calls"]

    assert [seen["webhook_payload"] for seen in shown] == list(range(21, 1, -1))


def test_a_test_says_whether_the_webhook_would_know_the_caller(editor, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET)
    test = new_test(editor, webhook=str(hook.pk))

    call(test, **signed(b'{"a": 1}'))
    call(test, **signed(b'{"a": 1}', at=time.time() - 400))

    stale, good = editor.get(f"/api/webhook-tests/{test['id']}/").json()["calls"]
    assert good["proof"] == {"ok": True, "detail": ""}
    assert "300 seconds" in stale["proof"]["detail"]


def test_a_test_belongs_to_the_session_that_made_it(editor, organization, workflow, key_client):
    test = new_test(editor)
    other = Client()
    other.force_login(make_member(organization, make_user("ben"), role="owner").user)

    assert other.get(f"/api/webhook-tests/{test['id']}/").status_code == 404
    assert key_client().get(f"/api/webhook-tests/{test['id']}/").status_code == 409
    assert key_client().post("/api/webhook-tests/", {"workflow": "intake"}, content_type=JSON).status_code == 409


def test_a_test_ends_after_ten_minutes_or_when_told(editor, workflow):
    expired, ended = new_test(editor), None
    WebhookTest.objects.update(expires_at=timezone.now())
    assert (call(expired).status_code, editor.get(f"/api/webhook-tests/{expired['id']}/").status_code) == (404, 404)

    ended = new_test(editor)
    assert editor.delete(f"/api/webhook-tests/{ended['id']}/").status_code == 204
    assert call(ended).status_code == 404


def test_a_test_takes_no_large_body(editor, workflow):
    assert call(new_test(editor), b"[" + b"1," * 130_000 + b"1]").status_code == 413

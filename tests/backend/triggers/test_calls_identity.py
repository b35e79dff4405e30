"""Who calls: signatures, repeated calls, idempotency."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from backend.jobs.models import Job
from tests.backend.triggers.calling import SECRET, assert_refused, post, signed


def test_a_signed_call_starts_a_job(client, make_hook):
    body = b'{"a": 1}'

    response = post(client, make_hook(auth="hmac", secret=SECRET), body, **signed(body))

    assert response.status_code == 202


BAD_CALLS = {  # made when the test runs: a signature is good for five minutes
    "no signature": dict,
    "another secret": lambda: signed(b'{"a": 1}', secret="something else"),
    "another body": lambda: signed(b'{"a": 2}'),
    "six minutes old": lambda: signed(b'{"a": 1}', at=time.time() - 360),
    "ten minutes ahead": lambda: signed(b'{"a": 1}', at=time.time() + 600),
}


@pytest.mark.parametrize("case", BAD_CALLS)
def test_a_call_that_proves_nothing_is_refused(client, make_hook, case):
    assert_refused(post(client, make_hook(auth="hmac", secret=SECRET), **BAD_CALLS[case]()), 401)


def test_identity_is_checked_before_the_content_is_read(client, make_hook):
    assert_refused(post(client, make_hook(auth="hmac"), b"{broken"), 401)


@pytest.mark.parametrize(("auth", "challenge"), [("bearer", "Bearer"), ("basic", 'Basic realm="webhook"')])
def test_a_refusal_names_the_authentication(client, make_hook, auth, challenge):
    response = post(client, make_hook(auth=auth))

    assert_refused(response, 401)
    assert response.headers["WWW-Authenticate"] == challenge


def test_the_authorization_of_a_webhook_is_no_api_key(client, make_hook):
    hook = make_hook(auth="bearer", secret="sixteen characters at least")

    assert post(client, hook, Authorization="Bearer sixteen characters at least").status_code == 202


def test_a_signed_call_that_comes_again_gets_the_same_job(client, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET)
    body = b'{"a": 1}'
    headers = signed(body)

    first, again = (post(client, hook, body, **headers) for _ in range(2))

    assert first.json()["job"] == again.json()["job"]
    assert Job.objects.count() == 1


def test_a_signed_call_that_arrives_twice_at_once_starts_one_job(client, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET)
    headers = signed(b"1")
    first = post(client, hook, b"1", **headers)
    looked = []

    def too_early(execute, sql, params, many, context):
        """The first look-up happens as if the other call were not committed yet."""
        if sql.startswith("SELECT") and "triggers_webhookdelivery" in sql:
            looked.append(sql)
            params = ["nothing" if len(looked) == 1 and len(str(value)) == 64 else value for value in params]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(too_early):
        again = post(client, hook, b"1", **headers)

    assert len(looked) == 2
    assert again.json()["job"] == first.json()["job"]
    assert Job.objects.count() == 1


def test_a_captured_call_with_another_idempotency_value_gets_the_same_job(client, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET, idempotency_header="Idempotency-Key")
    body = b'{"a": 1}'
    headers = signed(body)

    answers = [post(client, hook, body, **headers, **{"Idempotency-Key": key}) for key in ("one", "two")]

    assert len({answer.json()["job"] for answer in answers}) == 1


def test_the_same_idempotency_value_starts_one_job(client, make_hook):
    hook = make_hook(idempotency_header="Idempotency-Key")
    keys = ["a", "a", "b", "x" * 5000, None]

    answers = [post(client, hook, **({"Idempotency-Key": key} if key else {})) for key in keys]

    jobs = [answer.json()["job"] for answer in answers]
    assert jobs[0] == jobs[1]
    assert len(set(jobs)) == 4


def test_idempotency_values_of_two_webhooks_do_not_meet(client, make_hook):
    hooks = [make_hook(idempotency_header="Idempotency-Key") for _ in range(2)]

    jobs = {post(client, hook, **{"Idempotency-Key": "a"}).json()["job"] for hook in hooks}

    assert len(jobs) == 2

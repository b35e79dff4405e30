"""Calls that start nothing, and what their callers hear."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError, connection

from backend.jobs.models import Job
from backend.triggers.models import Webhook
from tests.backend.triggers.calling import address, assert_refused, post


def test_unknown_and_inactive_addresses_look_the_same(client, make_hook):
    hook = make_hook(is_active=False)

    unknown, inactive = client.post("/hooks/nothing-here/"), post(client, hook)

    assert_refused(unknown, 404)
    assert_refused(inactive, 404)
    assert unknown.json() == inactive.json()


def test_a_disabled_workflow_says_so(client, make_hook, workflow):
    hook = make_hook()
    workflow.is_active = False
    workflow.save()

    response = post(client, hook)

    assert_refused(response, 409)
    assert "switched off" in response.json()["detail"]


def test_an_unpublished_workflow_says_so(client, make_hook, workflow):
    hook = make_hook()
    workflow.published_version = None
    workflow.save()

    response = post(client, hook)

    assert_refused(response, 409)
    assert "Publish it" in response.json()["detail"]


@pytest.mark.parametrize("method", ["get", "put", "delete", "head", "options"])
def test_other_methods_are_refused_with_those_allowed(client, make_hook, method):
    response = getattr(client, method)(address(make_hook(methods=["POST", "PATCH"])))

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST, PATCH"
    assert Job.objects.count() == 0


def test_a_body_above_the_limit_is_refused(client, make_hook):
    hook = make_hook(max_body=10)

    assert_refused(post(client, hook, b"x" * 11, content_type="text/plain"), 413)
    assert post(client, hook, b"x" * 10, content_type="text/plain").status_code == 202


def test_the_default_limit_is_a_megabyte_and_may_be_ten(client, make_hook):
    body = b"x" * 1_000_001

    assert_refused(post(client, make_hook(), body, content_type="text/plain"), 413)
    assert post(client, make_hook(max_body=10_000_000), body * 5, content_type="text/plain").status_code == 202


def test_a_body_of_unknown_length_is_refused(client, make_hook):
    assert_refused(client.generic("POST", address(make_hook()), headers={"Transfer-Encoding": "chunked"}), 411)


@pytest.mark.parametrize("networks", [["127.0.0.0/8"], ["203.0.113.7", "127.0.0.1/32"]])
def test_a_caller_from_an_allowed_network_passes(client, make_hook, networks):
    assert post(client, make_hook(ip_allow=networks)).status_code == 202


def test_a_caller_from_elsewhere_is_refused_whatever_it_claims(client, make_hook):
    hook = make_hook(ip_allow=["203.0.113.0/24"])

    assert_refused(post(client, hook, **{"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7"}), 403)


def test_an_ipv4_caller_at_an_ipv6_socket_is_the_same_caller(client, make_hook):
    hook = make_hook(ip_allow=["203.0.113.0/24"])

    response = client.post(address(hook), REMOTE_ADDR="::ffff:203.0.113.7")

    assert response.status_code == 202


def test_calls_above_the_rate_wait(client, make_hook):
    hook = make_hook(rate_limit=3)

    answers = [post(client, hook) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert Job.objects.count() == 3


def test_a_call_passes_again_when_its_share_of_the_minute_is_over(client, make_hook):
    hook = make_hook(rate_limit=3)
    for _ in range(3):
        post(client, hook)
    Webhook.objects.filter(pk=hook.pk).update(rate_clock=time.time() + 39)  # as if 21 seconds had gone by

    answers = [post(client, hook).status_code for _ in range(2)]

    assert answers == [202, 429]


def test_the_last_call_is_noted(client, make_hook):
    hook = make_hook()

    post(client, hook)

    hook.refresh_from_db()
    assert hook.last_called_at is not None


def test_without_a_database_the_answer_is_never_a_false_yes(client, make_hook):
    hook = make_hook()

    def down(execute, sql, params, many, context):
        if "jobs_job" in sql:
            raise OperationalError("the server closed the connection")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(down):
        response = post(client, hook)

    assert_refused(response, 503)
    assert int(response.headers["Retry-After"]) > 0


def test_a_failing_look_up_is_answered_alike(client, make_hook):
    hook = make_hook()

    def down(execute, sql, params, many, context):
        raise OperationalError("no connection")

    with connection.execute_wrapper(down):
        response = post(client, hook)

    assert_refused(response, 503)

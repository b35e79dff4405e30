"""The public address: what starts a job, and what does not."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import pytest
from django.db import OperationalError, connection

from backend.jobs.models import Job
from backend.triggers.models import Webhook, WebhookDelivery

SECRET = "a secret that both sides know"


def address(hook, path=""):
    return f"/hooks/{hook.token}/{path}"


def post(client, hook, body=b'{"a": 1}', *, content_type="application/json", **headers):
    # Not `client.post`, which re-encodes the body into the charset that is declared.
    return client.generic("POST", address(hook), body, content_type=content_type, headers=headers)


def signed(body, *, at=None, secret=SECRET):
    timestamp = str(int(at or time.time()))
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": timestamp, "X-Signature-256": f"sha256={mac}"}


def assert_refused(response, status):
    body = response.json()
    assert response.status_code == status, body
    assert set(body) >= {"error", "detail", "status"}
    assert body["status"] == status
    assert body["detail"]
    assert Job.objects.count() == 0


# --- starting -------------------------------------------------------------------------------------------------------


def test_a_call_starts_a_job_of_the_published_version(client, make_hook, workflow):
    response = post(client, make_hook(start_at="read"), b'{"order": 7}')

    job = Job.objects.get()
    assert response.status_code == 202
    assert response.json() == {"job": str(job.id), "status": "QUEUED", "url": f"/api/jobs/{job.id}/"}
    assert job.version_id == workflow.published_version_id
    assert (job.triggered_by, job.start_at) == ("WEBHOOK", "read")
    assert job.input["webhook_payload"] == {"order": 7}


@pytest.mark.parametrize("path", ["", "/", "/orders/7", "/orders/7/"])
def test_a_caller_may_leave_out_the_slash_or_add_a_path(client, make_hook, path):
    response = client.post(f"/hooks/{make_hook().token}{path}", data=b"{}", content_type="application/json")

    assert response.status_code == 202


def test_a_workflow_sees_the_query_and_the_harmless_headers(client, make_hook):
    client.post(
        address(make_hook()) + "?region=eu&tag=a&tag=b&empty=",
        data=b"{}",
        content_type="application/json",
        headers={
            "X-GitHub-Event": "push",
            "Linear-Event": "Issue",
            "User-Agent": "sender/1",
            "Authorization": "Bearer x",
            "Cookie": "session=x",
            "X-Forwarded-For": "1.2.3.4",
            "X-Real-IP": "1.2.3.4",
            "X-API-Key": "sg_nothing",
            "X-Hub-Signature-256": "sha256=0",
            "Webhook-Signature": "v1,0",
            "X-Gitlab-Token": "x",
        },
    )

    seen = Job.objects.get().input
    assert seen["webhook_query"] == {"region": "eu", "tag": ["a", "b"], "empty": ""}
    assert seen["webhook_headers"] == {
        "content-type": "application/json",
        "content-length": "2",
        "x-github-event": "push",
        "linear-event": "Issue",
        "user-agent": "sender/1",
    }


def test_a_get_without_a_body_has_no_payload(client, make_hook):
    response = client.get(address(make_hook(methods=["GET"])) + "?a=1")

    assert response.status_code == 202
    assert Job.objects.get().input["webhook_payload"] is None


def test_no_session_and_no_csrf_token_are_needed(make_hook):
    from django.test import Client

    response = post(Client(enforce_csrf_checks=True), make_hook())

    assert response.status_code == 202
    assert not response.cookies


# --- content --------------------------------------------------------------------------------------------------------

PAYLOADS = {
    "json": (b'{"a": [1, null, "\xc3\xa9"]}', "application/json", {"a": [1, None, "é"]}),
    "json with charset": (b"[1]", "application/json; charset=utf-8", [1]),
    "json of a vendor": (b'"x"', "application/vnd.acme.order+json", "x"),
    "form": (b"a=1&b=x+y&b=%C3%A9&c=", "application/x-www-form-urlencoded", {"a": "1", "b": ["x y", "é"], "c": ""}),
    "multipart": (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B--\r\n',
        "multipart/form-data; boundary=B",
        {"a": "1"},
    ),
    "text": ("Rechnung Nr. 7: 12 €".encode(), "text/plain", "Rechnung Nr. 7: 12 €"),
    "text with a mark": (b"\xef\xbb\xbfx", "text/plain; charset=UTF-8", "x"),
    "xml": (b"<a/>", "application/xml", "<a/>"),
    "nothing declared": (b"x", "", "x"),
}


@pytest.mark.parametrize("case", PAYLOADS)
def test_the_payload_is_read_as_its_type_says(client, make_hook, case):
    body, content_type, expected = PAYLOADS[case]

    response = post(client, make_hook(), body, content_type=content_type)

    assert response.status_code == 202, response.content
    assert Job.objects.get().input["webhook_payload"] == expected


UNREADABLE = {
    "broken json": (b'{"a":', "application/json", 400),
    "json nested too deep": (b"[" * 100 + b"]" * 100, "application/json", 400),
    "json with NUL": (b'"\\u0000"', "application/json", 400),
    "form not encoded": (b"a=\xff", "application/x-www-form-urlencoded", 400),
    "form not utf-8": (b"a=%ff", "application/x-www-form-urlencoded", 400),
    "form with NUL": (b"a=%00", "application/x-www-form-urlencoded", 400),
    "form with too many fields": (b"a=1&" * 501, "application/x-www-form-urlencoded", 400),
    "multipart without boundary": (b"x", "multipart/form-data", 400),
    "multipart with a file": (
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nx\r\n--B--\r\n',
        "multipart/form-data; boundary=B",
        415,
    ),
    "binary": (b"\x89PNG\r\n\x1a\n", "image/png", 415),
    "text with NUL": (b"a\0b", "text/plain", 415),
    "another charset": ("é".encode("latin-1"), "text/plain; charset=iso-8859-1", 415),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_starts_nothing(client, make_hook, case):
    body, content_type, status = UNREADABLE[case]

    assert_refused(post(client, make_hook(), body, content_type=content_type), status)


def test_a_query_with_nul_starts_nothing(client, make_hook):
    assert_refused(client.post(address(make_hook()) + "?a=%00"), 400)


# --- refusals -------------------------------------------------------------------------------------------------------


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


# --- identity -------------------------------------------------------------------------------------------------------


def test_a_signed_call_starts_a_job(client, make_hook):
    body = b'{"a": 1}'

    response = post(client, make_hook(auth="hmac", secret=SECRET), body, **signed(body))

    assert response.status_code == 202


BAD_CALLS = {
    "no signature": {},
    "another secret": signed(b'{"a": 1}', secret="something else"),
    "another body": signed(b'{"a": 2}'),
    "six minutes old": signed(b'{"a": 1}', at=time.time() - 360),
    "ten minutes ahead": signed(b'{"a": 1}', at=time.time() + 600),
}


@pytest.mark.parametrize("case", BAD_CALLS)
def test_a_call_that_proves_nothing_is_refused(client, make_hook, case):
    assert_refused(post(client, make_hook(auth="hmac", secret=SECRET), **BAD_CALLS[case]), 401)


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


def test_deliveries_are_forgotten_after_a_week(client, make_hook):
    hook = make_hook(auth="hmac", secret=SECRET)
    post(client, hook, b"1", **signed(b"1"))
    WebhookDelivery.objects.update(received_at="2020-01-01T00:00:00Z")

    post(client, hook, b"2", **signed(b"2"))

    assert WebhookDelivery.objects.count() == 1


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


# --- waiting for the answer -----------------------------------------------------------------------------------------


@pytest.fixture
def ended_job(client, make_hook):
    """Calls a waiting webhook whose job has ended as told."""

    def call(**fields):
        hook = make_hook(respond="when_finished", timeout=0.1, idempotency_header="Idempotency-Key")
        post(client, hook, **{"Idempotency-Key": "a"})
        Job.objects.update(**fields)
        return post(client, hook, **{"Idempotency-Key": "a"})

    return call


def test_a_job_that_takes_longer_is_referred_to(client, make_hook):
    response = post(client, make_hook(respond="when_finished", timeout=0.1))

    job = Job.objects.get()
    assert response.status_code == 202
    assert response.json() == {"job": str(job.id), "status": "QUEUED", "url": f"/api/jobs/{job.id}/"}


def test_without_words_of_its_own_the_output_is_answered(ended_job):
    response = ended_job(status="SUCCESS", output={"total": 12.5, "name": "é"})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"total": 12.5, "name": "é"}


def test_the_output_step_says_status_headers_and_body(ended_job):
    said = {
        "status": 201,
        "headers": {"content-type": "text/html; charset=utf-8", "X-Route": "invoice"},
        "body": "<b>é</b>",
    }

    response = ended_job(status="SUCCESS", output={}, response=said)

    assert response.status_code == 201
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["X-Route"] == "invoice"
    assert response.content.decode() == "<b>é</b>"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_text_without_a_type_is_plain_and_an_object_is_json(ended_job):
    text = ended_job(status="SUCCESS", response={"status": 200, "headers": {}, "body": "<b>hi</b>"})
    value = ended_job(status="SUCCESS", response={"status": 200, "headers": {"Content-Type": "text/html"}, "body": [1]})

    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (value.headers["Content-Type"], value.json()) == ("application/json", [1])


def test_headers_that_steer_browsers_and_proxies_stay_ours(ended_job):
    headers = {
        "Set-Cookie": "session=x",
        "Connection": "close",
        "Transfer-Encoding": "chunked",
        "Content-Length": "1",
        "Content-Security-Policy": "default-src *",
        "Access-Control-Allow-Origin": "*",
        "X-Accel-Redirect": "/etc",
        "X-Frame-Options": "ALLOWALL",
        "Location": "https://elsewhere.example",
        "X-Split": "a\r\nSet-Cookie: b",
        "X-Fine": "yes",
    }

    response = ended_job(status="SUCCESS", response={"status": 200, "headers": headers, "body": {"a": 1}})

    assert response.headers["X-Fine"] == "yes"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.json() == {"a": 1}
    forbidden = set(headers) - {"X-Fine", "X-Frame-Options", "Content-Security-Policy", "Content-Length"}
    assert forbidden.isdisjoint(response.headers)


def test_no_content_is_empty(ended_job):
    response = ended_job(status="SUCCESS", response={"status": 204, "headers": {}, "body": "ignored"})

    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("status", [99, 600, "200", True])
def test_an_impossible_status_is_told(ended_job, status):
    response = ended_job(status="SUCCESS", response={"status": status, "headers": {}, "body": ""})

    assert response.status_code == 500
    assert "status" in response.json()["detail"]


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "TIMED_OUT"])
def test_a_job_without_success_is_an_error_with_its_id(ended_job, status):
    response = ended_job(status=status, error={"type": "exit_code", "message": "The script ended with 1."})

    body = response.json()
    assert response.status_code == body["status"] == 500
    assert body["detail"] == "The script ended with 1."
    assert body["job"] == str(Job.objects.get().id)


def test_a_cancelled_job_without_an_error_still_has_words(ended_job):
    assert "CANCELLED" in json.loads(ended_job(status="CANCELLED").content)["detail"]

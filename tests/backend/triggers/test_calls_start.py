"""A call of a webhook starts a job of the published version, and what that job sees."""

from __future__ import annotations

import pytest

from backend.jobs.models import Job
from tests.backend.triggers.calling import address, assert_refused, post


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
    "csv": (b"a;b", "application/csv", "a;b"),
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
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_starts_nothing(client, make_hook, case):
    body, content_type, status = UNREADABLE[case]

    assert_refused(post(client, make_hook(), body, content_type=content_type), status)


def test_a_query_with_nul_starts_nothing(client, make_hook):
    assert_refused(client.post(address(make_hook()) + "?a=%00"), 400)

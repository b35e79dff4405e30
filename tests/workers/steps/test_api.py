"""Requests to a real server: what arrives there, and what the step makes of the answer."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import ValidationError

from backend.catalog.steps import StepFailed
from tests.http_server import Answer
from tests.workers.steps.fakes import FakeContext
from workers.steps.api import Api

JSON = {"Content-Type": "application/json; charset=utf-8"}


def run(server, context=None, path="/", **config):
    return Api().run(Api.Config.model_validate({"url": server.url + path, **config}), context or FakeContext()).output


def failure(server, context=None, **config):
    with pytest.raises(StepFailed) as caught:
        run(server, context, **config)
    return caught.value


def problems(**config):
    return [found.path for found in Api.check(Api.Config.model_validate({"url": "https://x.example"} | config))]


# --- what arrives --------------------------------------------------------------------------------------------------


def test_query(server):
    server.answers["/"] = Answer()

    run(server, query={"q": "a b", "n": 3, "on": True, "tag": ["x", "y"], "none": None, "filter": {"a": 1}})

    assert server.seen[0].path == "/?q=a%20b&n=3&on=true&tag=x&tag=y&filter=%7B%22a%22%3A%201%7D"


@pytest.mark.parametrize(
    ("body", "headers", "content_type", "content"),
    [
        ({"a": [1, None, "ä"]}, {}, "application/json", '{"a": [1, null, "ä"]}'),
        ([1], {}, "application/json", "[1]"),
        (0, {}, "application/json", "0"),
        (False, {}, "application/json", "false"),
        ("plain ä", {}, "text/plain; charset=utf-8", "plain ä"),
        ("<a/>", {"content-type": "application/xml"}, "application/xml", "<a/>"),
        ({"a": 1}, {"Content-Type": "application/vnd.api+json"}, "application/vnd.api+json", '{"a": 1}'),
        (
            {"a": "x y", "b": ["1", "2"], "c": None},
            {"Content-Type": "application/x-www-form-urlencoded"},
            "application/x-www-form-urlencoded",
            "a=x+y&b=1&b=2",
        ),
    ],
)
def test_body(server, body, headers, content_type, content):
    server.answers["/"] = Answer()

    run(server, method="POST", body=body, headers=headers)

    (seen,) = server.seen
    assert (seen.headers["content-type"], seen.body.decode()) == (content_type, content)


def test_no_body_is_sent_without_one(server):
    server.answers["/"] = Answer()

    run(server, method="POST")

    assert (server.seen[0].body, "content-type" in server.seen[0].headers) == (b"", False)


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        ({"type": "bearer", "token": "t0"}, "authorization", "Bearer t0"),
        (
            {"type": "basic", "username": "ä", "password": "p:w"},
            "authorization",
            "Basic " + base64.b64encode("ä:p:w".encode()).decode(),
        ),
        ({"type": "header", "name": "X-API-Key", "value": "k"}, "x-api-key", "k"),
    ],
)
def test_authentication(server, auth, name, value):
    server.answers["/"] = Answer()

    run(server, auth=auth, headers={"authorization": "old"} if name == "authorization" else {})

    assert server.seen[0].headers[name] == value


@pytest.mark.parametrize(("method", "sent"), [("GET", False), ("HEAD", False), ("POST", True), ("DELETE", True)])
def test_idempotency_key(server, method, sent):
    server.answers["/"] = Answer()

    run(server, FakeContext(job_id="j", path="rows[3].insert", attempt=2), method=method)

    assert server.seen[0].headers.get("idempotency-key") == ("j/rows[3].insert" if sent else None)


def test_own_idempotency_key_stays(server):
    server.answers["/"] = Answer()

    run(server, method="POST", headers={"idempotency-KEY": "mine"})

    assert server.seen[0].headers["idempotency-key"] == "mine"


# --- what comes back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, JSON, b'{"n": 7}'), {"n": 7}),
        (Answer(200, {"Content-Type": "application/problem+json"}, b"[1]"), [1]),
        (Answer(200, JSON, b"null"), None),
        (Answer(200, {"Content-Type": "text/plain"}, b'{"n": 7}'), '{"n": 7}'),
        (Answer(200, {"Content-Type": "text/html; charset=iso-8859-1"}, "ä".encode("latin-1")), "ä"),
        (Answer(200, {}, "ä".encode()), "ä"),
        (Answer(204), None),
        (Answer(200, JSON, b""), None),
    ],
)
def test_content(server, answer, expected):
    server.answers["/"] = answer

    assert run(server) == expected


@pytest.mark.parametrize("content", [b"{", b"NaN", b"[" * 100_000, b"\xff"])
def test_broken_json(server, content):
    server.answers["/"] = Answer(200, JSON, content)

    failed = failure(server)

    assert (failed.error_type, failed.retryable) == ("validation", False)
    assert "broken JSON" in failed.message


def test_binary_content(server):
    server.answers["/"] = Answer(200, {"Content-Type": "image/png"}, b"\x89PNG\xff")

    assert "neither JSON nor text (image/png)" in failure(server).message


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        (400, False),
        (401, False),
        (404, False),
        (408, True),
        (409, False),
        (425, True),
        (429, True),
        (500, True),
        (503, True),
    ],
)
def test_failing_statuses(server, status, retryable):
    server.answers["/"] = Answer(status, body=b"no such thing")

    failed = failure(server, method="DELETE")

    assert (failed.error_type, failed.retryable) == (f"http_{status}", retryable)
    assert failed.message == f"DELETE 127.0.0.1/ answered {status}: no such thing"


def test_expected_statuses(server):
    server.answers["/"] = Answer(404, JSON, b'{"error": "unknown"}')

    assert run(server, expect_status=[200, 404]) == {"error": "unknown"}
    assert run(server, expect_status=404) == {"error": "unknown"}
    assert failure(server, expect_status=[200]).error_type == "http_404"


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3), ("0", 0), ("soon", None), ("-3", None), ("999999999", 86400)]
)
def test_retry_after(server, header, seconds):
    server.answers["/"] = Answer(429, {"Retry-After": header})

    assert failure(server).retry_after == seconds


def test_retry_after_a_date(server):
    server.answers["/"] = Answer(
        503, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)}
    )

    assert failure(server).retry_after == pytest.approx(120, abs=5)


def test_long_answers_are_cut_in_messages(server):
    server.answers["/"] = Answer(500, body=b"x" * 5000)

    assert failure(server).message.count("x") == 500


def test_messages_and_log_keep_secrets(server):
    context = FakeContext()
    secret = "tok-12345"
    echo = {"Authorization": f"Bearer {secret}", "note": secret}
    server.answers["/a"] = Answer(400, JSON, json.dumps(echo).encode())

    failed = failure(
        server,
        context,
        path="/a",
        query={"token": "query-secret"},
        auth={"type": "bearer", "token": secret},
        method="POST",
        body={"password": "body-secret"},
    )

    shown = failed.message + "".join(context.lines)
    assert "***" in failed.message
    assert not [word for word in (secret, "query-secret", "body-secret") if word in shown]


def test_log_line(server):
    server.answers["/a"] = Answer(200, JSON, b"[]")
    context = FakeContext()

    run(server, context, path="/a?key=1")

    assert context.lines[0].startswith("info: GET 127.0.0.1/a → 200, 2 bytes in ")


def test_timeout(server):
    server.answers["/"] = Answer(write=lambda _handler: server.stopping.wait(20))

    failed = failure(server, FakeContext(timeout=0.3))

    assert (failed.error_type, failed.retryable) == ("timeout", True)


def test_network_error(server):
    server.answers["/"] = Answer(write=lambda handler: handler.wfile.write(b"garbage\r\n\r\n"))

    failed = failure(server)

    assert (failed.error_type, failed.retryable) == ("network", True)


def test_guard(server):
    failed = failure(server, FakeContext(allow=()))

    assert (failed.error_type, failed.retryable) == ("egress_denied", False)
    assert "STEPGRAPH_EGRESS_ALLOW" in failed.message
    assert server.seen == []


def test_large_answer(server, monkeypatch):
    monkeypatch.setattr("workers.steps.api.MAX_BYTES", 1000)
    server.answers["/"] = Answer(body=b"x" * 1001)

    assert failure(server).error_type == "too_large"


def test_cancelled(server):
    assert failure(server, FakeContext(stopped=True)).error_type == "cancelled"


@pytest.mark.parametrize("url", ["ftp://x.example/", "no address", "https://u:p@x.example/", "http://[::1/"])
def test_bad_address(url):
    with pytest.raises(StepFailed) as caught:
        Api().run(Api.Config(url=url), FakeContext())

    assert (caught.value.error_type, caught.value.retryable) == ("validation", False)


# --- the form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "paths"),
    [
        ({}, []),
        ({"method": "POST", "body": {"a": 1}}, []),
        ({"body": {"a": 1}}, ["body"]),
        ({"auth": {"type": "bearer", "token": "x"}}, []),
        ({"auth": {"type": "bearer"}}, ["auth.token"]),
        ({"auth": {"type": "digest", "username": "x"}}, ["auth.password"]),
        (
            {"auth": {"type": "aws_sigv4", "access_key_id": "x", "secret_access_key": "y", "region": "z"}},
            ["auth.service"],
        ),
        (
            {"auth": {"type": "oauth2_client_credentials", "token_url": "https://x", "client_id": "y"}},
            ["auth.client_secret"],
        ),
        (
            {"auth": {"type": "oauth2_authorization_code", "token_url": "https://x", "client_id": "y"}},
            ["auth.type"],
        ),
        ({"url": ""}, ["url"]),
        ({"url": "", "connector": "crm"}, []),
        ({"paginate": "link", "save_as_file": True}, ["save_as_file"]),
        ({"paginate": "cursor"}, ["paginate.next"]),
        ({"auth": {"type": "basic", "username": "x"}}, ["auth.password"]),
        ({"auth": {"type": "header", "name": "X", "value": "y", "token": "z"}}, ["auth.token"]),
    ],
)
def test_forms(config, paths):
    assert problems(**config) == paths


@pytest.mark.parametrize(
    "config",
    [{"method": "TRACE"}, {"expect_status": [99]}, {"auth": {"type": "ntlm"}}, {"auth": {}}, {"paginate": "x"}],
)
def test_bad_forms(config):
    with pytest.raises(ValidationError):
        Api.Config.model_validate({"url": "https://x.example", **config})

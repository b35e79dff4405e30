"""Calls that the web program answers before Django: as Django would, by the rules of WSGI."""

from __future__ import annotations

import io
import json
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from backend.jobs.models import Job
from backend.triggers import gate
from backend.triggers.answer import Answer
from backend.triggers.gate import Gate
from tests.backend.triggers.calling import address, post

POST = {"REQUEST_METHOD": "POST", "HTTP_HOST": "testserver", "CONTENT_TYPE": "application/json", "SCRIPT_NAME": ""}


@pytest.fixture
def one_name(settings):
    """The server goes by one name."""
    settings.ALLOWED_HOSTS = ["testserver"]
    gate._is_allowed.cache_clear()
    yield
    gate._is_allowed.cache_clear()


def called(path, body=b'{"a": 1}', *, django=None, **environ):
    """Status, headers and body of one request, checked by the rules of WSGI."""
    return _called(validator(Gate(django or no_django)), path, body, **environ)


def _called(application, path, body, **environ):
    seen = {}
    path = path.encode().decode("latin-1")  # as WSGI has it
    environ = {**POST, "CONTENT_LENGTH": str(len(body)), **environ, "PATH_INFO": path, "QUERY_STRING": ""}
    setup_testing_defaults(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    answer = application(environ, lambda *head: seen.update(status=head[0], headers=head[1]))
    try:
        content = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return int(seen["status"].split()[0]), dict(seen["headers"]), content


def no_django(environ, start_response):
    raise AssertionError(f"{environ['PATH_INFO']} went on to Django")


def test_a_call_starts_a_job_without_django(make_hook):
    status, headers, body = called(address(make_hook(), "orders/ä"))

    job = Job.objects.get()
    assert status == 202
    assert json.loads(body) == {"job": str(job.pk), "status": "QUEUED", "url": f"/api/jobs/{job.pk}/"}
    assert int(headers["Content-Length"]) == len(body)
    assert job.input["webhook_payload"] == {"a": 1}
    assert job.input["webhook_headers"]["content-type"] == "application/json"


@pytest.mark.parametrize("body", [b'{"a": 1}', b"{broken"])
def test_the_answer_has_the_headers_of_django_s(client, make_hook, body):
    hook = make_hook()
    status, headers, _ = called(address(hook), body)
    ours, theirs = ({name: value for name, value in each.items() if name != "Content-Length"}
                    for each in (headers, post(client, hook, body).headers))  # fmt: skip

    assert status == (202 if body == b'{"a": 1}' else 400)
    assert ours == theirs


@pytest.mark.django_db
def test_an_unknown_address_is_refused(client):
    status, _, body = called("/hooks/nothing-here/")

    assert status == 404
    assert json.loads(body) == client.get("/hooks/nothing-here/").json()


def test_no_more_is_read_than_the_call_declares(make_hook):
    called(address(make_hook()), b'{"a": 1}{"b": 2}', CONTENT_LENGTH="8")

    assert Job.objects.get().input["webhook_payload"] == {"a": 1}


@pytest.mark.parametrize("length", ["", "abc", "-5"])
def test_a_call_without_a_length_has_no_body(make_hook, length):
    status, _, _ = _called(Gate(no_django), address(make_hook()), b'{"a": 1}', CONTENT_LENGTH=length)

    assert status == 202
    assert Job.objects.get().input["webhook_payload"] is None


@pytest.mark.parametrize(
    ("path", "host"),
    [("/api/jobs/", "testserver"), ("/hooks/", "testserver"), ("/hooks/test/abc/", "testserver"),
     ("/hooks/a\0b/", "testserver"), ("/hooks/abc/", "elsewhere.example")],
)  # fmt: skip
def test_everything_else_is_django_s(path, host, one_name):
    def django(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"django"]

    assert called(path, HTTP_HOST=host, django=django)[2] == b"django"


@pytest.mark.django_db
def test_another_host_is_refused_by_django(client, one_name):
    assert client.post("/hooks/abc/", headers={"Host": "elsewhere.example"}).status_code == 400


@pytest.mark.django_db
def test_what_nobody_expected_is_an_answer_with_an_id(monkeypatch):
    def broken(_token):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("backend.triggers.remembering.webhook_called", broken)
    status, _, body = called("/hooks/abc/")

    assert status == 500
    assert json.loads(body)["id"]
    assert b"secret" not in body


def test_a_stream_comes_bit_by_bit_and_is_closed(make_hook, monkeypatch):
    closed = []

    def frames(_job, *, timeout):
        try:
            yield b"event: a\n\n"
            yield b"event: b\n\n"
        finally:
            closed.append(timeout)

    monkeypatch.setattr("backend.triggers.streaming.frames", frames)
    status, headers, body = called(address(make_hook(respond="streaming")))

    assert status == 200
    assert headers["Content-Type"] == "text/event-stream"
    assert "Content-Length" not in headers
    assert body == b"event: a\n\nevent: b\n\n"
    assert len(closed) == 1


def test_the_connection_is_looked_after_before_and_after_each_call(monkeypatch):
    seen = []

    class Connection:
        in_atomic_block = False

        def close_if_unusable_or_obsolete(self):
            seen.append("looked after")

    def answered(_incoming, *, token, path):
        seen.append(token)
        return Answer(200, b"{}", {"Content-Type": "application/json"})

    monkeypatch.setattr(gate, "connections", {"default": Connection()})
    monkeypatch.setattr(gate, "answered", answered)
    called("/hooks/abc/")

    assert seen == ["looked after", "abc", "looked after"]

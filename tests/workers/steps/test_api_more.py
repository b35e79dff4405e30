"""Bodies with files, connectors, pages and files as answers."""

from __future__ import annotations

import json
from email import message_from_bytes

import pytest

from backend.catalog.steps import StepFailed
from tests.http_server import Answer
from tests.workers.steps.fakes import FakeContext
from workers.steps.api import Api

JSON = {"Content-Type": "application/json"}


def run(server, context=None, path="/", **config):
    return Api().run(Api.Config.model_validate({"url": server.url + path, **config}), context or FakeContext()).output


def answer(handler, value, **headers):
    body = json.dumps(value).encode()
    handler.send_response(200)
    for name, text in {**JSON, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, text)
    handler.end_headers()
    handler.wfile.write(body)


# --- bodies ---------------------------------------------------------------------------------------------------------


def test_multipart_with_files(server):
    server.answers["/"] = Answer()
    context = FakeContext()
    file = context.save("Rechnung ä.pdf", "application/pdf", b"%PDF\xff")
    inline = {"filename": "a.txt", "content": "aGVsbG8=", "encoding": "base64", "content_type": "text/plain"}

    run(
        server,
        context,
        method="POST",
        body_type="multipart",
        body={"name": "ä", "n": 3, "file": file, "more": [inline, "x"], "none": None},
        headers={"Content-Type": "multipart/form-data"},
    )

    (seen,) = server.seen
    whole = message_from_bytes(b"Content-Type: " + seen.headers["content-type"].encode() + b"\r\n\r\n" + seen.body)
    parts = [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in whole.walk()
    ][1:]
    assert parts == [("name", "ä".encode()), ("n", b"3"), ("file", b"%PDF\xff"), ("more", b"hello"), ("more", b"x")]
    assert b"application/pdf" in seen.body


def test_a_file_as_the_body(server):
    server.answers["/"] = Answer()
    context = FakeContext()

    run(server, context, method="PUT", body=context.save("a.png", "image/png", b"\x89PNG"))

    assert (server.seen[0].headers["content-type"], server.seen[0].body) == ("image/png", b"\x89PNG")


@pytest.mark.parametrize(("kind", "body"), [("file", "text"), ("form", [1]), ("multipart", "text")])
def test_bodies_that_do_not_fit(server, kind, body):
    with pytest.raises(StepFailed) as caught:
        run(server, method="POST", body=body, body_type=kind)

    assert caught.value.error_type == "validation"
    assert server.seen == []


def test_form(server):
    server.answers["/"] = Answer()

    run(server, method="POST", body={"a": "x y", "b": [1, 2]}, body_type="form")

    assert server.seen[0].body == b"a=x+y&b=1&b=2"
    assert server.seen[0].headers["content-type"] == "application/x-www-form-urlencoded"


# --- answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "headers", "name"),
    [
        (True, {"Content-Disposition": "attachment; filename*=UTF-8''Bericht%20%C3%A4.pdf"}, "Bericht ä.pdf"),
        (True, {"Content-Disposition": 'attachment; filename="../../etc/a.pdf"'}, "a.pdf"),
        (True, {}, "report.pdf"),
        ("mine.pdf", {}, "mine.pdf"),
    ],
)
def test_save_as_file(server, asked, headers, name):
    server.answers["/out/report.pdf"] = Answer(200, {"Content-Type": "application/pdf", **headers}, b"%PDF\xff")
    context = FakeContext()

    found = run(server, context, path="/out/report.pdf", save_as_file=asked)

    assert (found["name"], found["content_type"], found["size"]) == (name, "application/pdf", 5)
    assert context.open(found) == b"%PDF\xff"


def test_a_file_may_be_as_large_as_files_may(server):
    server.answers["/a"] = Answer(200, {}, b"x" * 1001)

    with pytest.raises(StepFailed) as caught:
        run(server, FakeContext(max_bytes=1000), path="/a", save_as_file=True)

    assert caught.value.error_type == "too_large"


def test_a_failing_answer_is_no_file(server):
    context = FakeContext()

    with pytest.raises(StepFailed):
        run(server, context, save_as_file=True)

    assert context.saved == {}


def test_the_full_answer(server):
    server.answers["/"] = Answer(201, {**JSON, "X-Total": "7"}, b"[1]")

    found = run(server, response="full")

    assert (found["status"], found["headers"]["x-total"], found["body"]) == (201, "7", [1])


@pytest.mark.parametrize(("kind", "expected"), [("text", '{"a": 1}'), ("json", {"a": 1})])
def test_the_kind_of_answer_can_be_said(server, kind, expected):
    server.answers["/"] = Answer(200, {"Content-Type": "application/octet-stream"}, b'{"a": 1}')

    assert run(server, response=kind) == expected


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def numbers(server):
    """25 numbers, ten on a page, by every way of asking."""
    from urllib.parse import parse_qs

    def serve(handler):
        asked = {name: values[0] for name, values in parse_qs(handler.path.partition("?")[2]).items()}
        start = int(asked.get("offset") or asked.get("after") or 0) or (int(asked.get("page", 1)) - 1) * 10
        found = list(range(start, min(start + 10, 25)))
        following = start + 10 if start + 10 < 25 else None
        link = f'</?page={start // 10 + 2}>; rel="next", </>; rel="first"' if following else '</>; rel="first"'
        answer(handler, found if "bare" in asked else {"data": {"rows": found}, "next": following}, Link=link)

    server.answers["/"] = Answer(write=serve)
    return server


@pytest.mark.parametrize(
    ("paginate", "requests"),
    [
        ({"type": "page", "items": "data.rows"}, 4),
        ({"type": "page", "items": "data.rows", "size": 10, "size_param": "per_page"}, 3),
        ({"type": "offset", "items": "data.rows"}, 4),
        ({"type": "cursor", "items": "data.rows", "param": "after", "next": "next"}, 3),
        ({"type": "link", "items": "data.rows"}, 3),
    ],
)
def test_pages_are_joined(numbers, paginate, requests):
    assert run(numbers, paginate=paginate) == list(range(25))
    assert len(numbers.seen) == requests


def test_pages_without_an_envelope(numbers):
    assert run(numbers, query={"bare": 1}, paginate="page") == list(range(25))


@pytest.mark.parametrize(
    ("limits", "count", "word"), [({"max_pages": 2}, 20, "max_pages"), ({"max_items": 7}, 7, "max_items")]
)
def test_limits_of_pages(numbers, limits, count, word):
    context = FakeContext()

    found = run(numbers, context, paginate={"type": "link", "items": "data.rows", **limits})

    assert found == list(range(count))
    assert [line for line in context.lines if line.startswith("warning") and word in line]


def test_a_page_at_another_server_is_not_followed(server):
    server.answers["/"] = Answer(200, {**JSON, "Link": '<https://evil.example/>; rel="next"'}, b"[1]")

    with pytest.raises(StepFailed, match="another server"):
        run(server, auth={"type": "bearer", "token": "t"}, paginate="link")


def test_pages_need_a_list(server):
    server.answers["/"] = Answer(200, JSON, b'{"rows": [1]}')

    with pytest.raises(StepFailed) as caught:
        run(server, paginate="page")

    assert "paginate.items" in caught.value.hint


# --- authentication -------------------------------------------------------------------------------------------------


def test_an_api_key_in_the_query_is_never_shown(server):
    context = FakeContext()
    server.answers["/"] = Answer(403, body=b"key k3y-value is not known")

    with pytest.raises(StepFailed) as caught:
        run(
            server,
            context,
            query={"a": 1},
            auth={"type": "api_key", "name": "key", "value": "k3y-value", "place": "query"},
        )

    assert server.seen[0].path == "/?a=1&key=k3y-value"
    assert "k3y-value" not in caught.value.message + "".join(context.lines)


def test_signed_for_aws(server):
    server.answers["/a b"] = Answer(200, JSON, b"1")
    keys = {"access_key_id": "AK", "secret_access_key": "SK", "region": "eu-west-1", "service": "execute-api"}

    run(
        server,
        path="/a%20b",
        method="POST",
        query={"z": "1", "a": "ä"},
        body={"x": 1},
        auth={"type": "aws_sigv4", **keys},
        expect_status=[200, 404],
    )

    seen = server.seen[0]
    assert seen.path == "/a%20b?a=%C3%A4&z=1"
    assert seen.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AK/")
    assert "idempotency-key" in seen.headers


# --- connectors -----------------------------------------------------------------------------------------------------


def crm(server, **config):
    return FakeContext(connectors={"crm": ("http", {"base_url": f"{server.url}/v2", **config})})


def call(context, **config):
    return Api().run(Api.Config.model_validate({"connector": "crm", **config}), context).output


@pytest.mark.parametrize(
    ("url", "path"),
    [("customers/42", "/v2/customers/42"), ("/customers/42", "/v2/customers/42"), ("", "/v2"), ("?a=1", "/v2?a=1")],
)
def test_addresses_continue_the_connectors(server, url, path):
    server.answers[path.partition("?")[0]] = Answer(200, JSON, b"1")
    context = crm(server, headers={"X-Team": "ops", "Accept": "text/csv"}, auth={"type": "bearer", "token": "t0ken"})

    assert call(context, url=url, headers={"accept": "application/json"}) == 1

    (seen,) = server.seen
    assert (seen.path, seen.headers["authorization"]) == (path, "Bearer t0ken")
    assert (seen.headers["x-team"], seen.headers["accept"]) == ("ops", "application/json")


def test_a_whole_address_below_the_connectors(server):
    server.answers["/v2/a"] = Answer(200, JSON, b"1")

    assert call(crm(server), url=f"{server.url}/v2/a") == 1


@pytest.mark.parametrize("tail", ["evil.example", "/v1/a", "/v22"])
def test_credentials_go_nowhere_else(server, tail):
    url = f"http://{tail}/" if "." in tail else server.url + tail

    with pytest.raises(StepFailed) as caught:
        call(crm(server, auth={"type": "bearer", "token": "t"}), url=url)

    assert caught.value.error_type == "validation"
    assert server.seen == []


@pytest.mark.parametrize("url", ["../admin", "a/../../admin", "/..", "%2e%2E/admin", "..\\admin", "WHOLE/../admin?a=1"])
def test_no_address_climbs_out_of_the_connectors(server, url):
    with pytest.raises(StepFailed, match="climb") as caught:
        call(crm(server), url=url.replace("WHOLE", f"{server.url}/v2"))

    assert caught.value.error_type == "validation"
    assert server.seen == []


def test_dots_elsewhere_are_part_of_the_address(server):
    server.answers["/v2/a..b"] = Answer(200, JSON, b"1")

    assert call(crm(server), url="a..b?file=../c") == 1


def test_the_steps_own_authentication_wins(server):
    server.answers["/v2"] = Answer()

    call(crm(server, auth={"type": "bearer", "token": "t"}), auth={"type": "basic", "username": "a", "password": "b"})

    assert server.seen[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(("status", "ok"), [(200, True), (404, True), (401, False), (500, False)])
def test_testing_a_web_service(server, status, ok):
    server.answers["/v2"] = Answer(status)

    assert crm(server).connector("crm").test().ok is ok

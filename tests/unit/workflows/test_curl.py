"""curl commands as people copy them from documentation and from browsers, and back."""

from __future__ import annotations

import pytest

from backend.workflows.curl import NotCurl, from_curl, to_curl

BROWSER = r"""curl 'https://shop.example/api/cart?x=1' \
  -H 'accept: application/json' \
  -H 'content-type: application/json' \
  -b 'session=abc' \
  --data-raw $'{"name":"O\'Neil \u00e4","note":"a\\nb"}' \
  --compressed"""


@pytest.mark.parametrize(
    ("command", "config"),
    [
        ("curl https://x.example", {"method": "GET", "url": "https://x.example"}),
        ("curl.exe -sSL x.example/a", {"method": "GET", "url": "http://x.example/a"}),
        ("curl -XDELETE https://x.example", {"method": "DELETE", "url": "https://x.example"}),
        ("curl -I https://x.example", {"method": "HEAD", "url": "https://x.example"}),
        (
            "curl https://x.example -d a=1 -d b=2 -d b=3",
            {"method": "POST", "url": "https://x.example", "body": {"a": "1", "b": ["2", "3"]}, "body_type": "form"},
        ),
        (
            "curl https://x.example -d a=b%20c",
            {"method": "POST", "url": "https://x.example", "body": {"a": "b c"}, "body_type": "form"},
        ),
        (
            "curl -G https://x.example?z=0 --data-urlencode 'q=a b' -d n=1",
            {"method": "GET", "url": "https://x.example?z=0&q=a%20b&n=1"},
        ),
        (
            """curl --request PUT --url=https://x.example --json '{"a": [1]}'""",
            {
                "method": "PUT",
                "url": "https://x.example",
                "headers": {"Accept": "application/json"},
                "body": {"a": [1]},
            },
        ),
        (
            "curl https://x.example -H 'Content-Type: text/xml' -d '<a/>'",
            {
                "method": "POST",
                "url": "https://x.example",
                "headers": {"Content-Type": "text/xml"},
                "body": "<a/>",
                "body_type": "raw",
            },
        ),
        (
            "curl https://x.example -F name=Ann -F name=Bob -F 'note=a=b'",
            {
                "method": "POST",
                "url": "https://x.example",
                "body": {"name": ["Ann", "Bob"], "note": "a=b"},
                "body_type": "multipart",
            },
        ),
        (
            "curl -u ann:p:w --digest https://x.example",
            {
                "method": "GET",
                "url": "https://x.example",
                "auth": {"type": "digest", "username": "ann", "password": "p:w"},
            },
        ),
        (
            "curl https://x.example -H 'Authorization: Bearer tok'",
            {"method": "GET", "url": "https://x.example", "auth": {"type": "bearer", "token": "tok"}},
        ),
        (
            "curl --aws-sigv4 aws:amz:eu-west-1:s3 --user AK:SK https://x.example",
            {
                "method": "GET",
                "url": "https://x.example",
                "auth": {
                    "type": "aws_sigv4",
                    "region": "eu-west-1",
                    "service": "s3",
                    "access_key_id": "AK",
                    "secret_access_key": "SK",
                },
            },
        ),
        (
            "curl -o /tmp/a.pdf https://x.example",
            {"method": "GET", "url": "https://x.example", "save_as_file": "a.pdf"},
        ),
        ("curl 'https://x.example/{{id}}'", {"method": "GET", "url": "https://x.example/{{{{id}}"}),
        ("curl \\\n  https://x.example ^\n -s", {"method": "GET", "url": "https://x.example"}),
    ],
)
def test_read(command, config):
    assert from_curl(command).config == config


def test_as_a_browser_copies_it():
    found = from_curl(BROWSER)

    assert found.config == {
        "method": "POST",
        "url": "https://shop.example/api/cart?x=1",
        "headers": {"accept": "application/json", "content-type": "application/json", "Cookie": "session=abc"},
        "body": {"name": "O'Neil ä", "note": "a\nb"},
    }
    assert len(found.warnings) == 1
    assert "secret" in found.warnings[0]


@pytest.mark.parametrize("text", ["", "wget https://x", "curl", "curl 'https://x", "curl -H", "curl " + "x" * 100_001])
def test_what_is_not_curl(text):
    with pytest.raises(NotCurl):
        from_curl(text)


@pytest.mark.parametrize(
    ("options", "word"),
    [("-k", "Certificates"), ("-x http://p", "Proxies"), ("-d @f.json", "f.json"), ("--frob", "--frob")],
)
def test_what_is_left_out_is_said(options, word):
    assert word in " ".join(from_curl(f"curl https://x.example {options}").warnings)


@pytest.mark.parametrize(
    "config",
    [
        {"method": "GET", "url": "https://x.example"},
        {"method": "PATCH", "url": "https://x.example", "headers": {"X-A": "it's"}, "body": "<a/>", "body_type": "raw"},
        {"method": "POST", "url": "https://x.example", "body": {"a": ["1", "b c"]}, "body_type": "form"},
        {"method": "POST", "url": "https://x.example", "body": {"a": "1", "b": "ä"}, "body_type": "multipart"},
        {"method": "GET", "url": "https://x.example", "auth": {"type": "basic", "username": "a", "password": "b'c"}},
        {"method": "GET", "url": "https://x.example", "auth": {"type": "digest", "username": "a", "password": "b"}},
        {
            "method": "GET",
            "url": "https://x.example",
            "auth": {
                "type": "aws_sigv4",
                "region": "r",
                "service": "s3",
                "access_key_id": "AK",
                "secret_access_key": "S/K",
            },
        },
    ],
)
def test_written_and_read_again(config):
    again = from_curl(to_curl(config)).config

    expected = {**config, **({"headers": {**config.get("headers", {})}} if "headers" in config else {})}
    if config.get("body_type") == "raw":
        expected["headers"]["Content-Type"] = "application/x-www-form-urlencoded"
    assert again == expected


def test_query_and_base():
    written = to_curl({"url": "/a", "query": {"q": "a b", "n": None}}, base_url="https://x.example/v1")

    assert from_curl(written).config["url"] == "https://x.example/v1/a?q=a+b"

"""Our signatures against those of botocore, the signer of AWS's own tools."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from workers.http.auth import sigv4
from workers.http.request import Request

NOW = datetime(2026, 3, 14, 9, 30, 5, tzinfo=UTC)
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

REQUESTS = [
    Request("GET", "https://example.amazonaws.com/"),
    Request("GET", "https://example.amazonaws.com"),
    Request("GET", "https://example.amazonaws.com/a b/%C3%A4/c%2Fd/x~y"),
    Request("GET", "https://example.amazonaws.com/?b=2&a=1&a=0&empty=&flag"),
    Request("GET", "https://example.amazonaws.com/?q=a+b%20c%2Fd&ä=~"),
    Request("POST", "http://127.0.0.1:9000/x", {"Content-Type": "application/json; a=  b"}, b'{"a": 1}'),
    Request("PUT", "https://example.amazonaws.com:443/bucket/file", {"X-Amz-Acl": "private"}, "ä".encode()),
]


def signed_by_us(request, service, token=""):
    scheme = sigv4.SigV4(KEY, SECRET, "eu-central-1", service, token, now=lambda: NOW)
    return scheme.sign(request, lambda _request: pytest.fail("nothing is asked for"))


@pytest.fixture
def stopped_clock(monkeypatch):
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: NOW.replace(tzinfo=None))


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("token", ["", "a/session+token=="])
@pytest.mark.parametrize("service", ["s3", "execute-api"])
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.url)
def test_signature(request_, service, token):
    ours = signed_by_us(request_, service, token)

    credentials = Credentials(KEY, SECRET, token or None)
    kind = S3SigV4Auth if service == "s3" else SigV4Auth
    headers = dict(request_.headers.items())
    theirs = AWSRequest(method=ours.method, url=ours.url, data=ours.content or b"", headers=headers)
    kind(credentials, service, "eu-central-1").add_auth(theirs)
    assert ours.headers["Authorization"] == theirs.headers["Authorization"]


@pytest.mark.usefixtures("stopped_clock")
def test_presigned_address():
    scheme = sigv4.SigV4(KEY, SECRET, "eu-central-1", "s3", now=lambda: NOW)

    ours = scheme.presign(Request("GET", "https://b.example.com/reports/ä b.csv"), seconds=900)

    theirs = AWSRequest(method="GET", url="https://b.example.com/reports/%C3%A4%20b.csv")
    S3SigV4QueryAuth(Credentials(KEY, SECRET), "s3", "eu-central-1", expires=900).add_auth(theirs)
    assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(theirs.url).query)
    assert urlsplit(ours).path == urlsplit(theirs.url).path


def test_the_key_is_not_shown():
    scheme = sigv4.SigV4(KEY, SECRET, "r", "s3")

    assert SECRET not in repr(scheme)
    assert SECRET in scheme.secrets()

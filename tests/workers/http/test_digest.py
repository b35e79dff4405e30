"""Digest authentication: the examples of RFC 7616, and a server that checks."""

from __future__ import annotations

import hashlib
import re

import pytest

from backend.catalog.steps import StepFailed
from backend.common.egress import Response
from tests.http_server import Answer
from tests.workers.http.sending import sender
from workers.http.auth.digest import Digest
from workers.http.request import Request

RFC_URL = "http://www.example.org/dir/index.html"


def challenged(header, status=401):
    return Response(status, {"www-authenticate": header}, b"", RFC_URL)


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_examples_of_the_rfc(algorithm, expected):
    own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    scheme = Digest("Mufasa", "Circle of Life", nonce=lambda: own)
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )

    again = scheme.answer(
        Request("GET", RFC_URL), challenged(challenge), lambda _request: pytest.fail("nothing is sent")
    )

    assert f'response="{expected}"' in again.headers["Authorization"]
    assert 'opaque="FQhe' in again.headers["Authorization"]


@pytest.mark.parametrize(("header", "status"), [('Basic realm="x"', 401), ("", 401), ('Digest realm="x"', 403)])
def test_other_answers_stand(header, status):
    assert (
        Digest("a", "b").answer(
            Request("GET", RFC_URL), challenged(header, status), lambda _r: pytest.fail("nothing is sent")
        )
        is None
    )


@pytest.mark.parametrize("header", ['Digest qop="auth-int", nonce="x"', 'Digest algorithm=SHA-1024, nonce="x"'])
def test_what_is_not_supported_is_said(header):
    with pytest.raises(StepFailed, match="not supported"):
        Digest("a", "b").answer(Request("GET", RFC_URL), challenged(header), lambda _r: pytest.fail("nothing is sent"))


def test_a_server_that_checks(server):
    def check(handler):
        sent = handler.headers.get("Authorization", "")
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', sent))
        who = hashlib.md5(b"ann:here:pass word").hexdigest()
        what = hashlib.md5(b"POST:/a?b=c%20d").hexdigest()
        proof = f"{who}:n1:{fields.get('nc')}:{fields.get('cnonce')}:auth:{what}"
        good = fields.get("response") == hashlib.md5(proof.encode()).hexdigest()
        handler.send_response(200 if good else 401)
        if not good:
            handler.send_header("WWW-Authenticate", 'Digest realm="here", nonce="n1", qop="auth"')
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers["/a"] = Answer(write=check)
    request = Request("POST", server.url + "/a?b=c%20d", content=b"{}")

    _, response = sender(Digest("ann", "pass word")).send(request)
    _, refused = sender(Digest("ann", "wrong")).send(request)

    assert (response.status, refused.status, len(server.seen)) == (200, 401, 4)
    assert [seen.body for seen in server.seen] == [b"{}"] * 4
    assert not [seen for seen in server.seen if "pass word" in str(seen.headers)]

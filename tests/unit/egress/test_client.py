"""Requests to a real server on the loopback address."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.common.egress import (
    EgressCancelled,
    EgressClient,
    EgressDenied,
    EgressNetworkError,
    EgressPolicy,
    EgressTimeout,
    InvalidRequest,
    ResponseTooLarge,
    Tls,
)
from backend.common.egress.tls import context_for
from tests.http_server import Answer


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status, {"Location": to})


def test_sends_what_was_asked(server, client):
    server.answers["/things"] = Answer(201, {"X-Twice": "a"}, b'{"ok": true}')

    response = client.request(
        "post",
        f"{server.url}/things?a=1",
        params={"q": "ä b&c", "n": ["1", "2"]},
        headers={"X-One": "1"},
        content=b"body",
    )

    (seen,) = server.seen
    assert (seen.method, seen.path, seen.body) == ("POST", "/things?a=1&q=%C3%A4+b%26c&n=1&n=2", b"body")
    assert seen.headers["x-one"] == "1"
    assert seen.headers["host"] == f"127.0.0.1:{server.port}"
    assert (response.status, json.loads(response.content), response.headers["x-twice"]) == (201, {"ok": True}, "a")


def test_loopback_is_refused_without_an_allow_list(server):
    with pytest.raises(EgressDenied):
        EgressClient(EgressPolicy()).request("GET", server.url)

    assert server.seen == []


def test_connects_to_the_judged_address_and_speaks_to_the_name(server, named_client):
    server.answers["/"] = Answer(body=b"hello")
    client = named_client(["127.0.0.0/8"], {"shop.test": ["127.0.0.1"]})

    response = client.request("GET", f"http://shop.test:{server.port}/")

    assert response.content == b"hello"
    assert server.seen[0].headers["host"] == f"shop.test:{server.port}"


def test_tries_the_next_address(server, named_client):
    server.answers["/"] = Answer(body=b"hello")
    client = named_client(["127.0.0.0/8"], {"shop.test": ["127.0.0.2", "127.0.0.1"]})

    assert client.request("GET", f"http://shop.test:{server.port}/").status == 200


def test_environment_proxies_are_ignored(server, client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.answers["/"] = Answer(body=b"direct")

    assert client.request("GET", server.url).content == b"direct"


@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/latest/", "http://10.0.0.1/", "http://[::1]/", "//192.168.0.1/x"]
)
def test_redirect_to_a_private_address_is_refused(server, location, client):
    server.answers["/"] = redirect(location)

    with pytest.raises(EgressDenied):
        client.request("GET", server.url, timeout=5)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://u:p@127.0.0.1/", "http://a\\b/"])
def test_redirect_to_a_malformed_address_is_refused(server, client, location):
    server.answers["/"] = redirect(location)

    with pytest.raises(InvalidRequest):
        client.request("GET", server.url)


def test_redirects_are_followed_up_to_five(server, client):
    for step in range(6):
        server.answers[f"/{step}"] = redirect(f"/{step + 1}")
    server.answers["/6"] = Answer(body=b"end")

    assert client.request("GET", f"{server.url}/1").content == b"end"
    with pytest.raises(EgressNetworkError, match="More than 5 redirects"):
        client.request("GET", f"{server.url}/0")


@pytest.mark.parametrize(
    ("status", "method", "arrives"),
    [
        (301, "POST", ("GET", b"")),
        (302, "POST", ("GET", b"")),
        (303, "POST", ("GET", b"")),
        (303, "PUT", ("GET", b"")),
        (302, "PUT", ("PUT", b"data")),
        (307, "POST", ("POST", b"data")),
        (308, "POST", ("POST", b"data")),
    ],
)
def test_method_after_a_redirect(server, client, status, method, arrives):
    server.answers["/"] = redirect("/next", status)
    server.answers["/next"] = Answer()

    client.request(method, server.url, content=b"data", headers={"Content-Type": "text/plain"})

    last = server.seen[-1]
    assert (last.method, last.body) == arrives
    assert ("content-type" in last.headers) == (last.method != "GET")


def test_credentials_stay_with_their_host(server, named_client):
    client = named_client(["127.0.0.0/8"], {"a.test": ["127.0.0.1"], "b.test": ["127.0.0.1"]})
    server.answers["/same"] = redirect("/other")
    server.answers["/other"] = redirect(f"http://b.test:{server.port}/end")
    server.answers["/end"] = Answer()
    secrets = {"Authorization": "Bearer x", "Cookie": "a=b", "X-Anything": "secret", "Accept": "text/plain"}

    client.request("GET", f"http://a.test:{server.port}/same", headers=secrets)

    first, second, third = server.seen
    for name in ("authorization", "cookie", "x-anything"):
        assert name in first.headers
        assert name in second.headers
        assert name not in third.headers
    assert third.headers["accept"] == "text/plain"


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Connection", "Bad Name", "", "a:b"])
def test_headers_that_are_not_the_callers(server, client, name):
    with pytest.raises(InvalidRequest):
        client.request("GET", server.url, headers={name: "x"})

    assert server.seen == []


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
def test_header_injection_is_refused(server, client, value):
    with pytest.raises(InvalidRequest, match="X-Name"):
        client.request("GET", server.url, headers={"X-Name": value})


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("gzip", lambda data: gzip.compress(data[:500]) + gzip.compress(data[500:])),
    ],
)
def test_compressed_answers(server, client, encoding, compress):
    content = bytes(range(256)) * 1000
    server.answers["/"] = Answer(headers={"Content-Encoding": encoding}, body=compress(content))

    assert client.request("GET", server.url).content == content


def test_decompression_bomb_stops_at_the_limit(server, client):
    bomb = gzip.compress(bytes(50_000_000))  # 50 MB in 50 kB
    server.answers["/"] = Answer(headers={"Content-Encoding": "gzip"}, body=bomb)

    with pytest.raises(ResponseTooLarge, match="1,000,000 bytes"):
        client.request("GET", server.url, max_bytes=1_000_000)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"x" * 5000)[:-10]),
        Answer(headers={"Content-Encoding": "gzip"}, body=b"not compressed at all"),
        Answer(headers={"Content-Encoding": "br"}, body=b"x"),
        Answer(headers={"Content-Encoding": "gzip, gzip"}, body=gzip.compress(gzip.compress(b"x"))),
    ],
)
def test_broken_compression(server, client, answer):
    server.answers["/"] = answer

    with pytest.raises(EgressNetworkError):
        client.request("GET", server.url)


def test_plain_answer_stops_at_the_limit(server, client):
    server.answers["/"] = Answer(body=b"x" * 2000)

    assert len(client.request("GET", server.url, max_bytes=2000).content) == 2000
    with pytest.raises(ResponseTooLarge):
        client.request("GET", server.url, max_bytes=1999)


def test_large_headers_are_refused(server, client):
    server.answers["/"] = Answer(headers={f"X-{n}": "x" * 1000 for n in range(70)})

    with pytest.raises((ResponseTooLarge, EgressNetworkError)):
        client.request("GET", server.url)


def test_endless_answer_ends_with_the_timeout(server, client):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not server.stopping.wait(0.05):
            handler.wfile.write(b".")

    server.answers["/"] = Answer(write=drip)

    with pytest.raises(EgressTimeout, match=r"0\.4 s"):
        client.request("GET", server.url, timeout=0.4)


def test_silent_server_ends_with_the_timeout(server, client):
    server.answers["/"] = Answer(write=lambda _handler: server.stopping.wait(20))

    with pytest.raises(EgressTimeout):
        client.request("GET", server.url, timeout=0.3)


def test_waits_longer_than_one_look_at_the_clock(server, client):
    def late(handler):
        time.sleep(1.2)  # more than two slices of waiting
        handler.send_response(204)
        handler.end_headers()

    server.answers["/"] = Answer(write=late)

    assert client.request("GET", server.url, timeout=20).status == 204


def test_cancelled_while_waiting(server, client):
    server.answers["/"] = Answer(write=lambda _handler: server.stopping.wait(20))
    looks = iter([False] * 4)

    with pytest.raises(EgressCancelled):
        client.request("GET", server.url, timeout=60, cancelled=lambda: next(looks, True))


def test_refused_connection_is_a_network_error(client):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(EgressNetworkError, match=f"port {port} failed"):
        client.request("GET", f"http://127.0.0.1:{port}/")


def test_server_that_hangs_up_is_a_network_error(server, client):
    server.answers["/"] = Answer(write=lambda handler: handler.connection.shutdown(socket.SHUT_RDWR))

    with pytest.raises(EgressNetworkError):
        client.request("GET", server.url)


def test_head_has_no_content(server, client):
    def head(handler):
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", "500")
        handler.end_headers()

    server.answers["/"] = Answer(write=head)

    assert client.request("HEAD", server.url).content == b""


# --- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(server, tmp_path):
    """Puts the server behind a certificate for shop.test; gives the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path / "server.pem"
    file.write_bytes(key.private_bytes(pem, pkcs8, plain) + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.answers["/"] = Answer(body=b"safe")
    return file


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The certificate is one that the system trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context_for.cache_clear()
    yield
    context_for.cache_clear()


@pytest.fixture
def shop(named_client):
    names = {"shop.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]}
    return named_client(["127.0.0.0/8"], names)


@pytest.mark.usefixtures("certificate")
def test_unknown_certificate_is_refused(server, shop):
    with pytest.raises(EgressNetworkError, match=r"(?i)certificate"):
        shop.request("GET", f"https://shop.test:{server.port}/")


@pytest.mark.usefixtures("trusted")
def test_certificate_is_checked_against_the_name(server, shop):
    assert shop.request("GET", f"https://shop.test:{server.port}/").content == b"safe"
    with pytest.raises(EgressNetworkError, match=r"(?i)other\.test|hostname"):
        shop.request("GET", f"https://other.test:{server.port}/")


def test_an_authority_of_ones_own(certificate, server, shop):
    own = shop.with_tls(Tls(certificate.read_text()))

    assert own.request("GET", f"https://shop.test:{server.port}/").content == b"safe"
    with pytest.raises(EgressNetworkError, match=r"(?i)certificate"):
        shop.request("GET", f"https://shop.test:{server.port}/")


def test_the_client_shows_its_certificate(certificate, server, shop):
    pem = certificate.read_text()
    server.socket.context.verify_mode = ssl.CERT_REQUIRED
    server.socket.context.load_verify_locations(certificate)
    key, marker, chain = pem.partition("-----BEGIN CERTIFICATE-----")

    own = shop.with_tls(Tls(pem, marker + chain, key))

    assert own.request("GET", f"https://shop.test:{server.port}/").content == b"safe"
    with pytest.raises(EgressNetworkError):
        shop.with_tls(Tls(pem)).request("GET", f"https://shop.test:{server.port}/")


@pytest.mark.parametrize("tls", [Tls("no PEM"), Tls(certificate="no PEM"), Tls(certificate="x", key="secret")])
def test_unusable_certificates_are_told(client, server, tls):
    with pytest.raises(InvalidRequest, match="PEM") as caught:
        client.with_tls(tls).request("GET", server.url)

    assert "secret" not in caught.value.message

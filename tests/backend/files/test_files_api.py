"""Files over HTTP: what goes in comes out, safely, within one organisation and its limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from rest_framework.test import APIClient

from backend.accounts.models import Organization, User

CONTENT = bytes(range(256)) * 8


def upload(client: APIClient, name: str, content: bytes, content_type: str = "application/pdf") -> dict:
    sent = SimpleUploadedFile(name, content, content_type=content_type)
    response = client.post("/api/files/", {"file": sent}, format="multipart")
    assert response.status_code == 201, response.content
    return response.json()


def download(client: APIClient, url: str) -> tuple[HttpResponse, bytes]:
    response = client.get(url)
    return response, b"".join(response.streaming_content)


@pytest.fixture
def client(bob: User, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(bob)


def test_a_file_comes_back_as_it_was_sent(client: APIClient) -> None:
    made = upload(client, "invoice ä.pdf", CONTENT)

    response, content = download(client, made["url"])

    assert content == CONTENT
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''invoice%20%C3%A4.pdf"
    assert response["Content-Length"] == str(len(CONTENT))
    assert made["reference"] == {
        "$file": made["id"],
        "name": "invoice ä.pdf",
        "content_type": "application/pdf",
        "size": len(CONTENT),
    }
    assert [entry["id"] for entry in client.get("/api/files/").json()["results"]] == [made["id"]]


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("image/png", "image/png"),
        ("text/html", "text/plain; charset=utf-8"),
        ("application/json", "text/plain; charset=utf-8"),
        ("image/svg+xml", None),
        ("application/javascript", None),
        ("application/xhtml+xml", None),
    ],
)
def test_only_what_cannot_run_is_shown(client: APIClient, content_type: str, shown: str | None) -> None:
    made = upload(client, "a.bin", b"<script>alert(1)</script>", content_type)

    response, _ = download(client, made["url"] + "?inline=1")

    disposition = response["Content-Disposition"].partition(";")[0]
    assert (disposition, response["Content-Type"]) == ("inline", shown) if shown else ("attachment", content_type)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\y.txt", "y.txt"), ("a\u202egnp.exe", "agnp.exe"), ("...", "file")],
)
def test_names_lose_their_paths_and_tricks(client: APIClient, name: str, kept: str) -> None:
    boundary, lines = "xyz", []
    lines += ["--xyz", f'Content-Disposition: form-data; name="file"; filename="{name}"', "", "content", "--xyz--", ""]

    response = client.generic(
        "POST", "/api/files/", "\r\n".join(lines).encode(), f"multipart/form-data; boundary={boundary}"
    )

    assert response.json().get("name", "file") == kept


def test_a_file_beyond_the_limit_is_refused_whatever_it_declares(
    client: APIClient, settings: pytest.FixtureRequest
) -> None:
    settings.MAX_FILE_BYTES = 1000

    response = client.post("/api/files/", {"file": SimpleUploadedFile("big", b"x" * 1001)}, format="multipart")

    assert response.status_code == 413
    assert "1,000 bytes" in response.json()["detail"]


def test_without_a_file_the_answer_says_what_is_wanted(client: APIClient) -> None:
    response = client.post("/api/files/", {"other": "x"}, format="multipart")

    assert response.status_code == 400
    assert "“file”" in response.json()["detail"]


def test_others_see_nothing(
    client: APIClient, dan: User, globex: Organization, client_of: Callable[..., APIClient]
) -> None:
    made = upload(client, "a.txt", b"secret", "text/plain")

    stranger = client_of(dan)

    assert stranger.get(made["url"]).status_code == 404
    assert stranger.get("/api/files/").json()["count"] == 0


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("Grüße aus Köln".encode(), "utf-8"),
        ("Grüße aus Köln".encode("cp1252"), "windows-1252"),
        ("Grüße aus Köln".encode("utf-16"), "utf-16"),
        (b"x" * 65_535 + "ü".encode(), "utf-8"),
    ],
    ids=["UTF-8", "of old programs", "UTF-16", "cut in the middle of a letter"],
)
def test_a_text_is_shown_as_it_was_written(client: APIClient, content: bytes, charset: str) -> None:
    made = upload(client, "a.txt", content, "text/plain")

    response, _ = download(client, made["url"] + "?inline=1")

    assert response["Content-Type"] == f"text/plain; charset={charset}"

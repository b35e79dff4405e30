"""Every failure has the one shape, and every answer the headers that protect browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from backend.accounts.models import Organization, User
from backend.common.http import client_address

ADDRESS = "/api/organizations/"


@pytest.fixture
def client(alice: User, acme: Organization, client_of: Callable[..., APIClient]) -> APIClient:
    """Alice's browser."""
    return client_of(alice)


def post(client: APIClient, body: bytes, *, content_type: str = "application/json"):
    return client.generic("POST", ADDRESS, body, content_type=content_type)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b'{"name": ', 400, "line 1, column 10"),
        (b'{"name": NaN}', 400, "NaN"),
        (b'{"name": -Infinity}', 400, "Infinity"),
        (b'{"name": 1e999}', 400, "1e999"),
        (b'{"name": 9223372036854775808}', 400, "64 bits"),
        (b'{"name": "a", "name": "b"}', 400, "'name' appears twice"),
        (b"{" + b"".join(b'"k%d": 0, ' % n for n in range(100_000)) + b'"k99999": 1}', 400, "'k99999' appears twice"),
        (b'{"__proto__": {}}', 400, "__proto__"),
        (b'{"name": "\xff"}', 400, "position 10"),
        (b'{"name": "\\ud800"}', 400, "surrogate"),
        (b'{"name": "\\u0000"}', 400, "U+0000"),
        (b"[" * 65 + b"]" * 65, 400, "64 levels"),
        (b"[" * 100_000, 400, "64 levels"),
        (b'{"name": "' + b"x" * 5_000_000 + b'"}', 413, "2,500,000 bytes"),
        (b"[]", 400, ""),
        (b'"text"', 400, ""),
    ],
)
def test_bodies_that_are_not_good_json(client: APIClient, body: bytes, status: int, said: str) -> None:
    response = post(client, body)

    assert response.status_code == status
    assert {"error", "detail", "status"} <= set(response.json())
    assert response.json()["status"] == status
    assert said in response.content.decode()


def test_brackets_inside_texts_are_not_depth(client: APIClient) -> None:
    response = post(client, b'{"name": "' + b"[{" * 50 + b'\\"[[", "slug": "brackets"}')

    assert response.status_code == 201


def test_other_content_types_are_refused(client: APIClient) -> None:
    for content_type in ("text/plain", "application/xml", "multipart/form-data; boundary=x"):
        response = post(client, b"{}", content_type=content_type)

        assert response.status_code == 415
        assert response.json()["error"] == "Unsupported media type"


def test_all_problems_of_a_body_at_once_with_their_paths(client: APIClient) -> None:
    response = client.post(ADDRESS, {"slug": "not a slug", "nmae": "Acme"})

    paths = {problem["path"]: problem["message"] for problem in response.json()["problems"]}
    assert response.status_code == 400
    assert set(paths) == {"name", "slug", "nmae"}
    assert "Did you mean “name”?" in paths["nmae"]


def test_a_slug_that_is_taken_is_a_problem_of_that_field(client: APIClient) -> None:
    response = client.post(ADDRESS, {"name": "Second", "slug": "acme"})

    assert response.status_code == 400
    assert [problem["path"] for problem in response.json()["problems"]] == ["slug"]


def test_unknown_addresses_of_the_api_are_json(client: APIClient) -> None:
    stranger = APIClient(enforce_csrf_checks=True)
    for response in (client.get("/api/nothing/"), client.get("/hooks/"), stranger.post("/api/organizations", {})):
        assert response.status_code == 404
        assert response.json()["error"] == "Not found"
    assert "end with a slash" in response.json()["detail"]


def test_a_wrong_method_is_json(client: APIClient) -> None:
    response = client.delete(ADDRESS)

    assert response.status_code == 405
    assert response.json()["error"] == "Method not allowed"


def test_an_unexpected_error_is_logged_under_an_id_and_says_nothing_else(
    client: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(*args: object) -> None:
        raise RuntimeError("the secret recipe")

    monkeypatch.setattr("backend.accounts.selectors.organizations_of", explode)

    response = client.get(ADDRESS)

    body = response.json()
    assert (response.status_code, body["status"], body["error"]) == (500, 500, "Internal error")
    assert "recipe" not in response.content.decode()
    assert body["id"] in body["detail"]
    assert body["id"] in caplog.text


def test_lists_come_in_pages(client: APIClient) -> None:
    client.post(ADDRESS, {"name": "Second"})

    body = client.get(ADDRESS, {"limit": 1}).json()

    assert (body["count"], len(body["results"]), body["previous"]) == (2, 1, None)
    assert client.get(body["next"]).json()["results"][0]["name"] == "Second"


def test_api_answers_are_inert_and_not_stored(client: APIClient) -> None:
    headers = client.get(ADDRESS).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_every_other_address_is_the_editors_page(settings: LazySettings, tmp_path) -> None:
    settings.WHITENOISE_ROOT = tmp_path
    (tmp_path / "index.html").write_text("<title>Editor</title>")

    response = Client().get("/workflows/intake/edit")

    assert (response.status_code, response.content) == (200, b"<title>Editor</title>")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    assert Client().get("/assets/gone.js").status_code == 404


def test_a_missing_build_says_how_to_make_it(settings: LazySettings, tmp_path) -> None:
    settings.WHITENOISE_ROOT = tmp_path

    response = Client().get("/")

    assert response.status_code == 503
    assert b"make up" in response.content


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "10.0.0.1", "203.0.113.5"),  # not a proxy of ours: its claim counts for nothing
        ("10.1.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.1.0.1", "1.2.3.4, 198.51.100.7, 10.1.0.2", "198.51.100.7"),  # what the client itself wrote is in front
        ("10.1.0.1", "", "10.1.0.1"),
    ],
)
def test_forwarded_addresses_count_from_our_proxies_only(
    settings: LazySettings, peer: str, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.1.0.0/16"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address

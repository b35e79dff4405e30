"""Secrets leave no trace: not in the database, the logs, the events, Redis, nor in any answer, in no encoding."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import httpx
import pytest
import redis

from tests.acceptance.helpers import create, ended, execute, script
from tests.http_server import Answer, Handler, Server
from tests.stack import Stack

ENV, PASSWORD = "Env-Planted/Value+77", 'Pw-Planted"quoted"/99'


def echo(handler: Handler) -> None:
    """Answers with everything that was sent, as debugging services do, in every encoding."""
    sent = handler.headers.get("X-Key", "") + handler.headers.get("Authorization", "")
    data = sent.encode("latin-1")
    body = json.dumps(
        {"plain": sent, "hex": data.hex(), "base64": base64.b64encode(data).decode(), "url": quote(sent, safe="")}
    ).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def forms(value: str) -> Iterator[bytes]:
    data = value.encode()
    yield data
    yield quote(value, safe="").encode()
    yield data.hex().encode()
    yield base64.b64encode(data).rstrip(b"=")
    yield base64.urlsafe_b64encode(data).rstrip(b"=")
    yield json.dumps(value)[1:-1].encode()


def planted() -> list[bytes]:
    return [form for value in ("HdrPlanted-0123456789", ENV, PASSWORD) for form in forms(value)]


@pytest.fixture
def ran(api: httpx.Client, server: Server) -> list[dict]:
    server.answers["/"] = Answer(write=echo)
    for key, value in {"HEADER": "HdrPlanted-0123456789", "ENV": ENV, "PASSWORD": PASSWORD}.items():
        assert api.post("/api/secrets/", json={"key": key, "value": value}).status_code in {200, 201}
    connector = {"name": "Sweep", "slug": "sweep", "type": "openai_compatible"}
    config = {"base_url": server.url + "/v1", "api_key": "{{ secrets.PASSWORD }}", "model": "m"}
    assert api.post("/api/connectors/", json={**connector, "config": config}).status_code == 201
    code = "import base64, os, sys\nv = os.environ['V']\n"
    code += "print(v, v.encode().hex(), base64.b64encode(v.encode()).decode())\n"
    code += "print('to stderr', v, file=sys.stderr)\nreturn {'value': v, v: 1}"
    calls = {"headers": {"X-Key": "{{ secrets.HEADER }}", "Authorization": "Bearer {{ secrets.ENV }}"}}
    good = create(
        api,
        {"id": "call", "type": "api", "config": {"url": server.url + "/", **calls}},
        script("shell", code, config={}, after=["call"]) | {
            "config": {"language": "python", "code": code, "env": {"V": "{{ secrets.ENV }}"}}},
        {"id": "ask", "type": "ai", "after": ["shell"], "on_error": "continue",
         "config": {"connector": "sweep", "prompt": "?"}},
        {"id": "out", "type": "output", "after": ["ask"], "config": {"values": {"all": "call", "shell": "shell"}}},
    )  # fmt: skip
    bad = create(api, script("boom", "", after=[]) | {
        "config": {"language": "python", "code": "import os\nraise ValueError(os.environ['V'])",
                   "env": {"V": "{{ secrets.PASSWORD }}"}}})  # fmt: skip
    return [ended(api, execute(api, workflow)) for workflow in (good, bad)]


def test_nothing_of_a_secret_is_left_anywhere(ran: list[dict], api: httpx.Client, stack: Stack) -> None:
    assert [job["status"] for job in ran] == ["SUCCESS", "FAILED"], [job["error"] for job in ran]
    assert ran[0]["workflow_output"]["all"]["plain"].count("***") == 2
    assert ran[0]["workflow_output"]["shell"] == {"value": "***", "***": 1}
    assert "***" in ran[1]["error"]["message"]

    for place, content in everything(ran, api, stack):
        found = [form for form in planted() if form in content]
        assert not found, f"{found} in {place}"


def everything(ran: list[dict], api: httpx.Client, stack: Stack) -> Iterator[tuple[str, bytes]]:
    for path in stack.home.rglob("*"):
        if path.is_file():
            with suppress(FileNotFoundError):  # the installation is at work: some files are gone by now
                yield str(path), path.read_bytes()
    client = redis.Redis.from_url(f"unix://{stack.home}/redis.sock")
    for key in client.scan_iter():
        yield f"redis {key!r}", client.dump(key) or b""
    client.close()
    yield from answers(ran, api)


def answers(ran: list[dict], api: httpx.Client) -> Iterator[tuple[str, bytes]]:
    paths = ["/api/secrets/", "/api/connectors/", "/api/connectors/sweep/", "/api/ai-usage/", "/api/jobs/"]
    for job in ran:
        paths += [f"/api/jobs/{job['id']}/", f"/api/jobs/{job['id']}/logs/"]
        paths += [f"/api/workflows/{job['workflow']}/", f"/api/workflows/{job['workflow']}/export/?format=json"]
    for path in paths:
        yield path, found(api.get(path))
    for job in ran:
        with api.stream("GET", f"/api/jobs/{job['id']}/events/") as stream:
            stream.read()
        yield "events", found(stream)
    yield "test", found(api.post("/api/connectors/sweep/test/"))


def found(answer: httpx.Response) -> bytes:
    """Its content; an answer that says nothing would prove nothing."""
    assert answer.is_success, f"{answer.request.url}: {answer.status_code}"
    return answer.content

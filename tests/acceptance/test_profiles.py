"""A customer's profile from several sources: side by side, without one that failed, and nobody else's rows."""

from __future__ import annotations

import json
import time

import pytest

from tests.acceptance.connecting import connect, example, sqlite, steps_of
from tests.acceptance.helpers import ended, execute
from tests.http_server import Answer

JSON = {"Content-Type": "application/json"}
METRICS = "/analytics/customers/42/metrics"


def late(value, *, after):
    """An answer that waits until something else has been asked for, and then for a second more."""
    body = json.dumps(value).encode()

    def write(handler):
        deadline = time.monotonic() + 30
        while not any(seen.path.startswith(after) for seen in handler.server.seen) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(1)
        handler.send_response(200)
        for name, text in {**JSON, "Content-Length": str(len(body))}.items():
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(body)

    return Answer(write=write)


@pytest.fixture
def profile(api, server, mails, tmp_path):
    """`profile(42)`: the job of the example that puts a customer's profile together."""
    server.answers["/customers/42"] = Answer(200, JSON, b'{"name": "Ann", "email": "ann@example.com"}')
    for path in ("/coupons", "/calls", "/campaigns"):
        server.answers[path] = Answer(201, JSON, b"{}")
    shop, _ = sqlite(
        api,
        tmp_path,
        "CREATE TABLE orders (id INTEGER, customer_id INTEGER, total REAL)",
        "INSERT INTO orders VALUES (1, 42, 10.5), (2, 42, 20), (3, 42, NULL), (4, 7, 1000)",
    )
    connectors = {
        "crm": connect(api, "http", base_url=server.url, auth={"type": "bearer", "token": "crm-t0ken"}),
        "services": connect(api, "http", base_url=server.url),
        "shop": shop,
        "team-mail": connect(api, "smtp", **mails.config),
    }
    workflow = example(api, "customer-360", connectors=connectors)
    return lambda customer_id: ended(api, execute(api, workflow, context={"customer_id": customer_id}))


def test_sources_are_asked_side_by_side_and_one_may_fail(profile, server):
    """C-17: a profile without the source that failed."""
    server.answers["/customers/42"] = late({"name": "Ann", "email": "ann@example.com"}, after=METRICS)
    server.answers[METRICS] = Answer(500)

    job = profile(42)

    assert job["status"] == "SUCCESS", job
    (crm,) = [seen for seen in server.seen if seen.path == "/customers/42"]
    assert crm.headers["authorization"] == "Bearer crm-t0ken"
    assert "crm-t0ken" not in json.dumps(job)
    customer = job["workflow_output"]["customer"]
    assert (customer["lifetime_value"], customer["engagement"], customer["risk"]) == (30.5, None, "unknown")
    started = {path: found["attempts"][0]["started_at"] for path, found in steps_of(job).items() if found["attempts"]}
    ended_at = steps_of(job)["crm_data"]["attempts"][0]["ended_at"]
    assert max(started["purchases"], started["metrics"]) < ended_at  # nobody waited for the slow one


def test_injection_reaches_nobody_elses_rows(profile, server):
    """C-17: what looks like SQL is a value."""
    server.answers["/customers/42%20OR%201%3D1"] = Answer(200, JSON, b'{"name": "x", "email": "x@example.com"}')

    job = profile("42 OR 1=1")

    assert job["workflow_output"]["customer"]["lifetime_value"] == 0
    assert "/customers/42%20OR%201%3D1" in [seen.path for seen in server.seen]

"""A customer's profile from several sources: side by side, without one that failed, and nobody else's rows."""

from __future__ import annotations

import json
import time

import pytest

from tests.acceptance.connecting import connect, sqlite, step, steps_of
from tests.acceptance.helpers import create, ended, execute
from tests.http_server import Answer

JSON = {"Content-Type": "application/json"}


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
    """`profile(42)`: the job that puts a customer's profile together."""
    server.answers["/customers/42"] = Answer(200, JSON, b'{"name": "Ann", "email": "ann@example.com"}')
    server.answers["/metrics"] = Answer(200, JSON, b'{"engagement": 7, "churn_prob": 0.71}')
    for path in ("/coupons", "/calls"):
        server.answers[path] = Answer(201, JSON, b"{}")
    database, _ = sqlite(
        api,
        tmp_path,
        "CREATE TABLE purchases (customer_id INTEGER, total REAL)",
        "INSERT INTO purchases VALUES (42, 10.5), (42, 20), (42, NULL), (7, 1000)",
    )
    crm = connect(api, "http", base_url=server.url, auth={"type": "bearer", "token": "crm-t0ken"})
    mail = connect(api, "smtp", **mails.config)
    select = "SELECT total FROM purchases WHERE customer_id = {{ customer_id }}"
    workflow = create(
        api,
        step("crm", "api", connector=crm, url="customers/{{ customer_id }}"),
        step("buys", "database", connector=database, query=select),
        step("metrics", "api", url=f"{server.url}/metrics", query={"id": "{{ customer_id }}"}, on_error="continue"),
        step(
            "merge",
            "transform",
            after=["crm", "buys", "metrics.done"],
            join="all",
            values={
                "name": "crm.name",
                "lifetime_value": "sum([row.total for row in buys if row.total is not None])",
                "engagement_score": "metrics.engagement",
                "risk": "'unknown' if metrics is None else 'high' if metrics.churn_prob > 0.7 else 'low'",
            },
        ),
        step("high", "condition", after=["merge"], expression="merge.risk == 'high'"),
        step(
            "mail",
            "notification",
            after=["high.true"],
            connector=mail,
            to=["{{ crm.email }}"],
            subject="We miss you",
            body="Hello {{ crm.name }}",
        ),
        step(
            "coupon",
            "api",
            after=["high.true"],
            method="POST",
            url=f"{server.url}/coupons",
            body={"for": "{{ customer_id }}"},
        ),
        step(
            "call",
            "api",
            after=["high.true"],
            method="POST",
            url=f"{server.url}/calls",
            body={"for": "{{ customer_id }}"},
        ),
        step("out", "output", after=["mail", "coupon", "call", "high.false"], values={"profile": "merge"}),
        inputs={"type": "object", "properties": {"customer_id": {}}},
    )
    return lambda customer_id: ended(api, execute(api, workflow, context={"customer_id": customer_id}))


def test_customer_360(profile, server, mails):
    """C-16: three sources become one profile, and a high risk calls people."""
    job = profile(42)

    assert job["status"] == "SUCCESS", job
    assert job["workflow_output"]["profile"] == {
        "name": "Ann",
        "lifetime_value": 30.5,
        "engagement_score": 7,
        "risk": "high",
    }
    paths = [seen.path for seen in server.seen]
    assert paths.count("/customers/42") == 1
    assert {"/coupons", "/calls"} <= set(paths)
    assert mails.mails[0].recipients == ["ann@example.com"]
    crm = next(seen for seen in server.seen if seen.path == "/customers/42")
    assert crm.headers["authorization"] == "Bearer crm-t0ken"
    assert "crm-t0ken" not in json.dumps(job)


def test_low_risk_at_the_boundary(profile, server, mails):
    """C-16: the limit itself is low."""
    server.answers["/metrics"] = Answer(200, JSON, b'{"engagement": 7, "churn_prob": 0.70}')

    assert profile(42)["workflow_output"]["profile"]["risk"] == "low"
    assert mails.mails == []


def test_sources_are_asked_side_by_side_and_one_may_fail(profile, server):
    """C-17: a profile without the source that failed."""
    server.answers["/customers/42"] = late({"name": "Ann", "email": "ann@example.com"}, after="/metrics")
    server.answers["/metrics"] = Answer(500)

    job = profile(42)

    assert job["status"] == "SUCCESS", job
    assert job["workflow_output"]["profile"]["engagement_score"] is None
    assert job["workflow_output"]["profile"]["risk"] == "unknown"
    started = {path: found["attempts"][0]["started_at"] for path, found in steps_of(job).items() if found["attempts"]}
    ended_at = steps_of(job)["crm"]["attempts"][0]["ended_at"]
    assert max(started["buys"], started["metrics"]) < ended_at  # nobody waited for the slow one


def test_injection_reaches_nobody_elses_rows(profile, server):
    """C-17: what looks like SQL is a value."""
    server.answers["/customers/42%20OR%201%3D1"] = Answer(200, JSON, b'{"name": "x", "email": "x@example.com"}')

    job = profile("42 OR 1=1")

    assert job["workflow_output"]["profile"]["lifetime_value"] == 0
    assert "/customers/42%20OR%201%3D1" in [seen.path for seen in server.seen]

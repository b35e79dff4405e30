"""A profile from several sources, an export to S3, and databases of every kind, from outside."""

from __future__ import annotations

import json
import logging
import re
import time
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import ThreadedMotoServer

from tests import databases
from tests.acceptance.connecting import connect, finished, rows, sqlite, step, steps_of
from tests.acceptance.helpers import create, ended, execute, script
from tests.http_server import Answer, server
from tests.mail import mail_server
from tests.stack import free_port

__all__ = ["server"]

JSON = {"Content-Type": "application/json"}
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


@pytest.fixture
def mails():
    with mail_server() as found:
        yield found


# --- customer 360 ---------------------------------------------------------------------------------------------------


def slow(value, seconds):
    body = json.dumps(value).encode()

    def write(handler):
        time.sleep(seconds)
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
    server.answers["/customers/42"] = slow({"name": "Ann", "email": "ann@example.com"}, 1.0)
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


# --- export ---------------------------------------------------------------------------------------------------------

CSV = """import csv, io
target = io.StringIO()
writer = csv.DictWriter(target, fieldnames=["id", "total"])
writer.writeheader()
for order in orders:
    writer.writerow(order)
return target.getvalue()
"""


def export(api, storage, mail, database, code=CSV, **options):
    return finished(
        api,
        step("orders", "database", connector=database, query="SELECT id, total, created_at FROM orders ORDER BY id"),
        script("csv", code, after=["orders"], name="Format as CSV"),
        step(
            "upload",
            "storage",
            after=["csv"],
            connector=storage,
            operation="put",
            key="sales_{{ today() }}.csv",
            content="{{ csv }}",
            content_type="text/csv",
            **options,
        ),
        step(
            "tell",
            "notification",
            after=["upload"],
            connector=mail,
            to=["boss@example.com"],
            subject="Daily Sales Export - {{ len(orders) }} orders",
            body="{{ upload.key }}",
        ),
        step("out", "output", after=["tell"], values={"key": "upload.key"}),
    )


@pytest.fixture
def orders(api, tmp_path):
    return sqlite(
        api,
        tmp_path,
        "CREATE TABLE orders (id INTEGER, total TEXT, created_at TEXT)",
        "INSERT INTO orders VALUES (1, '1,5', '2026-03-13'), (2, 'a \"b\"', '2026-03-13'), (3, 'ä\nö', '2026-03-13')",
    )[0]


@pytest.fixture
def s3():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port())
    running.start()
    host, port = running.get_host_and_port()
    keys = {
        "endpoint_url": f"http://{host}:{port}",
        "aws_access_key_id": "AKIDEXAMPLE",
        "aws_secret_access_key": SECRET,
    }
    client = boto3.client("s3", region_name="eu-central-1", **keys)
    client.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield client
    client.close()
    running.stop()


def s3_connector(api, endpoint):
    return connect(
        api,
        "s3",
        endpoint_url=endpoint,
        region="eu-central-1",
        bucket="exports",
        access_key_id="AKIDEXAMPLE",
        secret_access_key=SECRET,
    )


def test_a_column_that_the_csv_does_not_know_fails_well(api, server, mails, orders):
    """C-18: as printed it fails, at its line, and sends nothing."""
    server.answers["/exports"] = Answer()

    job = export(api, s3_connector(api, server.url), connect(api, "smtp", **mails.config), orders)

    assert job["status"] == "FAILED"
    assert job["error"]["step"] == "csv"
    assert "created_at" in job["error"]["message"]
    assert job["error"]["line"] == 6
    assert (server.seen, mails.mails) == ([], [])


def test_the_export_arrives_in_s3(api, s3, mails, orders):
    """C-19: the corrected export, with commas, quotes, new lines and other letters."""
    code = CSV.replace("writerow(order)", 'writerow({"id": order["id"], "total": order["total"]})')

    job = export(api, s3_connector(api, s3.meta.endpoint_url), connect(api, "smtp", **mails.config), orders, code)

    assert job["status"] == "SUCCESS", job
    key = job["workflow_output"]["key"]
    assert re.fullmatch(r"sales_\d{4}-\d\d-\d\d\.csv", key)
    stored = s3.get_object(Bucket="exports", Key=key)
    assert stored["Body"].read().decode() == 'id,total\r\n1,"1,5"\r\n2,"a ""b"""\r\n3,"ä\nö"\r\n'
    assert stored["ContentType"] == "text/csv"
    assert mails.mails[0].message["Subject"] == "Daily Sales Export - 3 orders"


def test_a_signed_put_is_tried_again_and_told_once(api, server, mails, orders):
    """C-20: one object, one message, a signature that verifies, and no key in sight."""
    answers = [503, 200]

    def serve(handler):
        handler.send_response(answers.pop(0))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    class Always(dict):
        def get(self, _path, _default=None):
            return Answer(write=serve)

    server.answers = Always()
    code = "return 'a,b'"
    workflow = create(
        api,
        step(
            "upload",
            "storage",
            connector=s3_connector(api, server.url),
            operation="put",
            key="a b.csv",
            content="a,b",
            retry={"retries": 1, "delay": 0.1},
        ),
        step(
            "tell",
            "notification",
            after=["upload"],
            connector=connect(api, "smtp", **mails.config),
            to=["boss@example.com"],
            subject="Done",
            body="x",
        ),
    )

    job = ended(api, execute(api, workflow))

    assert job["status"] == "SUCCESS", (job, code)
    assert len(server.seen) == 2
    assert len(mails.mails) == 1
    for seen in server.seen:
        assert seen.headers["authorization"] == expected_signature(server, seen)
    logs = api.get(f"/api/jobs/{job['id']}/logs/").text
    assert SECRET not in json.dumps(job) + logs


def expected_signature(server, seen):
    """By botocore's signer, over what has arrived."""
    signed = {name: seen.headers[name] for name in ("content-type", "x-amz-content-sha256", "x-amz-date")}
    request = AWSRequest("PUT", server.url + seen.path, headers=signed, data=seen.body)
    request.context["timestamp"] = seen.headers["x-amz-date"]
    signer = S3SigV4Auth(Credentials("AKIDEXAMPLE", SECRET), "s3", "eu-central-1")
    text = signer.string_to_sign(request, signer.canonical_request(request))
    proof = signer.signature(text, request)
    names = seen.headers["authorization"].split("SignedHeaders=")[1].partition(",")[0]
    scope = signer.scope(request)
    assert urlsplit(server.url).netloc == seen.headers["host"]
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={proof}"


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mysql"])
def test_databases_of_every_kind(api, tmp_path, kind):
    """C-09 and more: values are bound, whatever they look like; null is NULL."""
    configs = {
        "sqlite": lambda: {"path": str(tmp_path / "d.db")},
        "postgresql": databases.postgresql,
        "mysql": databases.mariadb,
    }
    config = configs[kind]()
    writer, reader = connect(api, kind, **config), connect(api, kind, **config, read_only=True)
    assert api.post(f"/api/connectors/{writer}/test/").json()["ok"]

    job = finished(
        api,
        step(
            "make",
            "database",
            connector=writer,
            query="DROP TABLE IF EXISTS stock; CREATE TABLE stock (item VARCHAR(50), n INTEGER, day DATE)",
        ),
        step(
            "fill",
            "database",
            after=["make"],
            connector=writer,
            query="INSERT INTO stock (item, n, day) VALUES {{ items }}",
        ),
        step("all", "database", after=["fill"], connector=reader, query="SELECT * FROM stock ORDER BY n"),
        step(
            "one",
            "database",
            after=["fill"],
            connector=reader,
            query="SELECT n FROM stock WHERE item = '{{ items[0].item }}' LIMIT 1",
        ),
        step(
            "nothing",
            "database",
            after=["fill"],
            connector=reader,
            query="SELECT n FROM stock WHERE item = :item LIMIT 1",
            params={"item": "nothing"},
        ),
        step("write", "database", after=["fill"], connector=reader, query="DELETE FROM stock", on_error="continue"),
        step(
            "out",
            "output",
            after=["all", "one", "nothing", "write.done"],
            join="all",
            values={"fill": "fill", "all": "all", "one": "one", "none": "nothing", "refused": "errors.write.message"},
        ),
        context={
            "items": [{"item": "Robert'); DROP TABLE stock;--", "n": 1, "day": "2026-03-14"}, {"item": None, "n": 2}]
        },
        inputs={"type": "object", "properties": {"items": {"type": "array"}}},
    )

    assert job["status"] == "SUCCESS", job
    out = job["workflow_output"]
    assert out["fill"] == 2
    assert out["all"] == [
        {"item": "Robert'); DROP TABLE stock;--", "n": 1, "day": "2026-03-14"},
        {"item": None, "n": 2, "day": None},
    ]
    assert (out["one"], out["none"]) == ({"n": 1}, None)
    assert re.search("read.?only", out["refused"], re.IGNORECASE)


def test_our_own_database_is_no_target(api, stack):
    found = api.post(
        "/api/connectors/", json={"name": "own", "type": "sqlite", "config": {"path": str(stack.home / "stepgraph.db")}}
    )
    slug = found.json()["slug"]

    tested = api.post(f"/api/connectors/{slug}/test/").json()

    assert not tested["ok"]
    assert "Stepgraph itself" in tested["message"]
    assert rows(stack.home / "stepgraph.db", "SELECT COUNT(*) FROM connectors_connector")[0][0] > 0

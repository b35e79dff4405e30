"""Rows of a database as a file in S3, and a message about it: all of it, or nothing and the line that failed."""

from __future__ import annotations

import json
import logging
import re
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import ThreadedMotoServer

from tests.acceptance.connecting import connect, finished, sqlite, step
from tests.acceptance.helpers import create, ended, execute, script
from tests.http_server import Answer
from tests.stack import free_port

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
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

    assert job["status"] == "SUCCESS", job
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

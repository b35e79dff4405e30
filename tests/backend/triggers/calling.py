"""Calling webhooks as their senders do."""

from __future__ import annotations

import hashlib
import hmac
import time

from backend.jobs.models import Job

SECRET = "a secret that both sides know"


def address(hook, path=""):
    return f"/hooks/{hook.token}/{path}"


def post(client, hook, body=b'{"a": 1}', *, content_type="application/json", **headers):
    # Not `client.post`, which re-encodes the body into the charset that is declared.
    return client.generic("POST", address(hook), body, content_type=content_type, headers=headers)


def signed(body, *, at=None, secret=SECRET):
    timestamp = str(int(at or time.time()))
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": timestamp, "X-Signature-256": f"sha256={mac}"}


def assert_refused(response, status):
    body = response.json()
    assert response.status_code == status, body
    assert set(body) >= {"error", "detail", "status"}
    assert body["status"] == status
    assert body["detail"]
    assert Job.objects.count() == 0

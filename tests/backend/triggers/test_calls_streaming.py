"""Answers that come about bit by bit, limits on jobs at a time, and presets over HTTP."""

from __future__ import annotations

import json
import time

import pytest

from backend.jobs.models import Job, JobEvent
from tests.backend.triggers.calling import assert_refused, post
from tests.unit.triggers.test_presets import SLACK, VECTORS


def events_of(response):
    text = b"".join(response.streaming_content).decode()
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [(block.get("event"), json.loads(block["data"])) for block in blocks if "data" in block]


@pytest.fixture
def ended_stream(client, make_hook):
    """Calls a streaming webhook whose job has ended as told."""

    def call(**fields):
        hook = make_hook(respond="streaming", timeout=0.1, idempotency_header="Idempotency-Key")
        events_of(post(client, hook, **{"Idempotency-Key": "a"}))
        job = Job.objects.get()
        for number, kind in enumerate(("job.started", "step.completed"), start=1):
            JobEvent.objects.create(job=job, seq=number, data={"type": kind, "job": str(job.pk)})
        Job.objects.update(event_seq=2, **fields)
        return post(client, hook, **{"Idempotency-Key": "a"})

    return call


def test_a_stream_tells_the_events_and_then_the_output(ended_stream):
    response = ended_stream(status="SUCCESS", output={"total": 3})

    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    events = events_of(response)
    assert [name for name, _ in events] == ["job.started", "step.completed", "output"]
    assert events[-1][1] == {"job": str(Job.objects.get().pk), "status": "SUCCESS", "output": {"total": 3}}


def test_a_stream_tells_all_events_of_a_job_that_had_many(ended_stream, monkeypatch):
    monkeypatch.setattr("backend.jobs.selectors._MOST_EVENTS", 1)  # at once

    events = events_of(ended_stream(status="SUCCESS"))

    assert [name for name, _ in events] == ["job.started", "step.completed", "output"]


def test_a_stream_ends_with_the_error_of_a_failed_job(ended_stream):
    name, data = events_of(ended_stream(status="FAILED", error={"message": "The script ended with 1."}))[-1]

    assert (name, data["detail"]) == ("error", "The script ended with 1.")


def test_a_stream_ends_when_its_time_is_over(client, make_hook):
    events = events_of(post(client, make_hook(respond="streaming", timeout=0.2)))

    assert [(name, data["status"]) for name, data in events] == [("timeout", "QUEUED")]


def test_no_more_jobs_at_a_time_than_the_webhook_allows(client, make_hook):
    hook = make_hook(concurrency=2)
    answers = [post(client, hook) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[2].headers["Retry-After"]) > 0

    Job.objects.filter(pk=Job.objects.earliest("id").pk).update(status="SUCCESS")

    assert [post(client, hook).status_code for _ in range(2)] == [202, 429]


@pytest.mark.parametrize("auth", VECTORS)
def test_a_vector_passes_over_http_and_a_tampered_one_does_not(client, make_hook, monkeypatch, auth):
    secret, headers, body, now = VECTORS[auth]
    hook = make_hook(auth=auth, secret=secret)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime_of(now))

    assert_refused(post(client, hook, body + b" ", content_type="text/plain", **headers), 401)
    assert post(client, hook, body, content_type="text/plain", **headers).status_code == 202


def test_slacks_challenge_is_answered_and_starts_nothing(client, make_hook):
    secret, _, _, _ = SLACK
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    import hmac as hmacs

    at = str(int(time.time()))
    signature = "v0=" + hmacs.digest(secret.encode(), f"v0:{at}:".encode() + body, "sha256").hex()
    hook = make_hook(auth="slack", secret=secret)

    response = post(client, hook, body, **{"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature})

    assert (response.status_code, response.json()) == (200, {"challenge": "abc"})
    assert Job.objects.count() == 0


def datetime_of(now):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(now, UTC)

"""Calls at the same time, with real threads and real transactions."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from backend.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "a secret that both sides know"


@pytest.fixture
def organization(transactional_db):
    """Committed, so that other threads see it."""
    from backend.accounts.services.organizations import organization_create

    return organization_create(name="Acme", owner=None)


def together(count, work):
    """The results of `work`, run in as many threads that start at the same moment."""
    barrier = threading.Barrier(count)

    def one(number):
        try:
            barrier.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def call(hook, **headers):
    return Client().post(f"/hooks/{hook.token}/", data=b"1", content_type="application/json", headers=headers)


def test_one_signed_call_sent_many_times_at_once_starts_one_job(make_hook):
    hook = make_hook(auth="hmac", secret=SECRET)
    timestamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"{timestamp}.1".encode(), hashlib.sha256).hexdigest()

    answers = together(6, lambda _: call(hook, **{"X-Timestamp": timestamp, "X-Signature-256": mac}))

    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.json()["job"] for answer in answers}) == 1
    assert Job.objects.count() == 1


def test_one_idempotency_value_sent_many_times_at_once_starts_one_job(make_hook):
    hook = make_hook(idempotency_header="Idempotency-Key")

    answers = together(6, lambda _: call(hook, **{"Idempotency-Key": "a"}))

    assert {answer.status_code for answer in answers} == {202}
    assert Job.objects.count() == 1


def test_the_rate_limit_is_exact_among_calls_at_once(make_hook):
    hook = make_hook(rate_limit=3)

    answers = together(8, lambda _: call(hook))

    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [429] * 5
    assert Job.objects.count() == 3


def test_a_waiting_call_is_answered_when_its_job_ends(make_hook):
    hook = make_hook(respond="when_finished", timeout=20)

    def worker():
        """What a worker would do: end the job once it is there."""
        deadline = time.monotonic() + 20
        while not Job.objects.filter(status="QUEUED").update(status="SUCCESS", output={"total": 7}):
            assert time.monotonic() < deadline
            time.sleep(0.05)

    _, answer = together(2, lambda number: call(hook) if number else worker())

    assert (answer.status_code, answer.json()) == (200, {"total": 7})

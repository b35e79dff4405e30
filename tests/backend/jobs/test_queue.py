"""The doorbell: heard over a real Redis, harmless without one."""

from __future__ import annotations

import redis

from backend import queue
from backend.celery import make_app
from tests.services import redis_server


def test_a_ring_without_redis_is_not_an_error() -> None:
    assert queue._send() is False


def test_a_bell_rings_once_until_somebody_has_heard_it() -> None:
    with redis_server() as server, redis.Redis.from_url(server.url) as marks, make_app(server.url) as app:
        rings = [queue.ring_once(app, marks), queue.ring_once(app, marks)]
        once = marks.llen(queue.WAKE_QUEUE)
        marks.delete(queue._RINGING)  # what a worker does before it looks
        rings.append(queue.ring_once(app, marks))
        twice = marks.llen(queue.WAKE_QUEUE)

    assert (once, twice) == (1, 2)
    assert rings == [True, False, True]

"""The doorbell: heard over a real Redis, harmless without one."""

from __future__ import annotations

from backend import queue
from backend.celery import WAKE_QUEUE, app
from tests.services import redis_server


def test_a_ring_without_redis_is_not_an_error() -> None:
    assert queue._send() is False


def test_a_ring_reaches_the_broker(monkeypatch) -> None:
    with redis_server() as server:
        monkeypatch.setattr(app.conf, "broker_url", server.url.replace("unix://", "redis+socket://"))
        app.pool.force_close_all()
        app.amqp._producer_pool = None
        app._pool = None

        heard = queue._send()

        with app.connection_for_read() as connection:
            waiting = connection.default_channel.queue_declare(WAKE_QUEUE, passive=True).message_count
        app.pool.force_close_all()
        app.amqp._producer_pool = None
        app._pool = None

    assert heard is True
    assert waiting == 1

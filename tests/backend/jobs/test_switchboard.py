"""Threads that wait for news of a job share one subscription, and find out by looking where there is no Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import redis

from backend.events import bus, switchboard
from backend.events.switchboard import Switchboard
from tests.services import redis_server
from tests.waiting import until


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    with redis_server() as found, redis.Redis.from_url(found.url, socket_timeout=2) as client:
        monkeypatch.setattr(switchboard, "client", lambda: client)
        monkeypatch.setattr(switchboard, "_IDLE_SECONDS", 0.0)
        yield client
        for thread in threading.enumerate():
            if thread.name == "news of jobs":
                thread.join(timeout=10)


def test_news_reach_those_who_wait_for_that_job(server: redis.Redis) -> None:
    board = Switchboard()
    with board.listening("one") as one, board.listening("two") as two, board.listening("one") as also:
        until(lambda: board.connected, seconds=20)
        settled(one, two, also)

        server.publish(f"{bus.CHANNEL_PREFIX}one", "")

        assert waits(one) < 10
        assert waits(also) < 10
        two.wait(0)
        assert not told(two)
        assert server.pubsub_numpat() == 1


def test_the_subscription_ends_with_the_last_who_waits_and_begins_again(server: redis.Redis) -> None:
    board = Switchboard()
    for _ in range(2):
        with board.listening("one"):
            until(lambda: board.connected, seconds=20)
        until(lambda: server.pubsub_numpat() == 0, seconds=20)


def test_without_redis_nobody_waits_for_long(server: redis.Redis) -> None:
    server.connection_pool.disconnect()
    server.connection_pool.connection_kwargs["path"] = "/nowhere"
    with Switchboard().listening("one") as listener:
        assert waits(listener) < 10


def waits(listener: switchboard.Listener) -> float:
    started = time.monotonic()
    listener.wait(60)
    return time.monotonic() - started


def told(listener: switchboard.Listener) -> bool:
    return listener._news.is_set()


def settled(*listeners: switchboard.Listener) -> None:
    """Everybody is rung once when the subscription begins."""
    for listener in listeners:
        listener.wait(10)

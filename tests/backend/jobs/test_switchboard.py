"""Threads that wait for news of a job share one subscription, and find out by looking where there is no Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import redis

from backend.events import bus, switchboard
from backend.events.switchboard import Switchboard
from backend.jobs import ends, news
from tests.services import redis_server
from tests.waiting import until

_JOB = UUID("0192f0c8-5a4e-7000-8000-000000000001")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    with redis_server() as found, redis.Redis.from_url(found.url, socket_timeout=2) as client:
        monkeypatch.setattr(switchboard, "client", lambda: client)
        monkeypatch.setattr(switchboard, "_IDLE_SECONDS", 0.0)
        yield client
        for thread in threading.enumerate():
            if thread.name == "news of jobs":
                thread.join(timeout=10)


def test_news_reach_those_who_wait_for_that_job(server: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    board, all_listen = Switchboard(), threading.Event()
    monkeypatch.setattr(switchboard, "client", lambda: all_listen.wait(20) and server)
    with board.listening("one") as one, board.listening("two") as two, board.listening("one") as also:
        all_listen.set()
        until(lambda: board.connected, seconds=20)
        for listener in (one, two, also):  # everybody is rung once when the subscription begins
            assert waits(listener) < 10

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


def test_who_waits_for_the_end_is_told_it_and_need_not_look(
    server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus, "client", lambda: server)
    monkeypatch.setattr(bus, "_silent_until", 0.0)  # a test without Redis may just have been here
    monkeypatch.setattr(ends, "_look", lambda _: pytest.fail("it has been told"))
    monkeypatch.setattr(ends, "_FIRST_LOOK_SECONDS", 60)
    board = Switchboard()
    monkeypatch.setattr(switchboard, "listening", board.listening)
    end = news.Seen("SUCCESS", {"z": 1, "a": ["ü", None]}, {"status": 201}, None)
    with board.listening("another"), ThreadPoolExecutor(1) as threads:
        until(lambda: board.connected, seconds=20)
        waiting = threads.submit(ends.job_wait, _JOB, timeout=60)
        until(lambda: str(_JOB) in board._listeners)

        bus._publish([(f"{bus.CHANNEL_PREFIX}{_JOB}", news.told(end))])

        assert waiting.result(timeout=20) == end
        assert list(waiting.result().output) == ["z", "a"]


def test_what_would_be_long_is_not_told_but_looked_up() -> None:
    assert news.heard(news.told(news.Seen("SUCCESS", "x" * 5000, None, None)).encode()) is None


def waits(listener: switchboard.Listener) -> float:
    started = time.monotonic()
    listener.wait(60)
    return time.monotonic() - started


def told(listener: switchboard.Listener) -> bool:
    return listener._news.is_set()

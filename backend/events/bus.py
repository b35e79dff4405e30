"""Hints over Redis that a job has new events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import redis
import structlog
from django.db import transaction

from backend.common.redis import client

logger = structlog.get_logger(__name__)

CHANNEL_PREFIX = "stepgraph:job:"
_REST_SECONDS = 5.0
_silent_until = 0.0


def hint(job_id: UUID | str) -> None:
    """Tells listeners, after the commit, that the job has news. Without Redis they find it by looking."""
    transaction.on_commit(lambda: _publish(str(job_id)))


def _publish(job_id: str) -> None:
    global _silent_until  # noqa: PLW0603 one breaker per process
    if time.monotonic() < _silent_until:
        return
    try:
        client().publish(CHANNEL_PREFIX + job_id, "")
    except redis.RedisError as error:
        _silent_until = time.monotonic() + _REST_SECONDS
        logger.warning("live events rest", reason=str(error))


class Listener:
    """Waits for hints about one job; without Redis it waits a moment, and the caller looks again."""

    def __init__(self, subscription: redis.client.PubSub | None) -> None:
        self._subscription = subscription

    def wait(self, seconds: float) -> None:
        """Returns at a hint, or after `seconds` at the latest."""
        if self._subscription is None:
            time.sleep(min(seconds, 0.1))
            return
        try:
            self._subscription.get_message(ignore_subscribe_messages=True, timeout=seconds)
        except redis.RedisError:
            self._subscription = None


@contextmanager
def listening(job_id: UUID | str) -> Iterator[Listener]:
    """Listens to one job for the length of the block."""
    subscription = client().pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call] # redis-py leaves it open
    try:
        yield Listener(_subscribed(subscription, job_id))
    finally:
        subscription.close()


def _subscribed(subscription: redis.client.PubSub, job_id: UUID | str) -> redis.client.PubSub | None:
    try:
        subscription.subscribe(CHANNEL_PREFIX + str(job_id))  # type: ignore[no-untyped-call] # redis-py leaves it open
    except redis.RedisError:
        return None
    return subscription

"""Hints over Redis that a job has new events; that of its end may say what it has come to."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from uuid import UUID

import redis
import structlog
from django.db import transaction

from backend.common.redis import client

logger = structlog.get_logger(__name__)

CHANNEL_PREFIX = "stepgraph:job:"
_REST_SECONDS = 5.0
_silent_until = 0.0


def hint(*job_ids: UUID | str) -> None:
    """Tells listeners, after the commit, that jobs have news. Without Redis they find it by looking."""
    tell(dict.fromkeys(job_ids, ""))


def tell(news: Mapping[UUID | str, str]) -> None:
    """The same with a text for each job, which may be empty: what holds from then on."""
    if news:
        transaction.on_commit(lambda: _publish([(f"{CHANNEL_PREFIX}{job_id}", text) for job_id, text in news.items()]))


def _publish(messages: Sequence[tuple[str, str]]) -> None:
    global _silent_until  # noqa: PLW0603 one breaker per process
    if time.monotonic() < _silent_until:
        return
    try:
        if len(messages) == 1:
            client().publish(*messages[0])
        else:
            _publish_all(messages)
    except redis.RedisError as error:
        _silent_until = time.monotonic() + _REST_SECONDS
        logger.warning("live events rest", reason=str(error))


def _publish_all(messages: Sequence[tuple[str, str]]) -> None:
    with client().pipeline(transaction=False) as pipeline:
        for channel, text in messages:
            pipeline.publish(channel, text)
        pipeline.execute()

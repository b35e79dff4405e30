"""Hints over Redis that a job has new events."""

from __future__ import annotations

import time
from collections.abc import Sequence
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
    if job_ids:
        transaction.on_commit(lambda: _publish([f"{CHANNEL_PREFIX}{job_id}" for job_id in job_ids]))


def _publish(channels: Sequence[str]) -> None:
    global _silent_until  # noqa: PLW0603 one breaker per process
    if time.monotonic() < _silent_until:
        return
    try:
        if len(channels) == 1:
            client().publish(channels[0], "")
        else:
            _publish_all(channels)
    except redis.RedisError as error:
        _silent_until = time.monotonic() + _REST_SECONDS
        logger.warning("live events rest", reason=str(error))


def _publish_all(channels: Sequence[str]) -> None:
    with client().pipeline(transaction=False) as pipeline:
        for channel in channels:
            pipeline.publish(channel, "")
        pipeline.execute()

"""Hints over Redis that a job has new events."""

from __future__ import annotations

import time
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

"""Text of running steps as it comes: log lines and progress, for a while in Redis and nowhere else.

None of it is the truth: a step's log is recorded with the end of its attempt. Without Redis there is no live text, and
nothing is lost.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import redis
import structlog

from backend.common.json import JSON
from backend.common.redis import client

logger = structlog.get_logger(__name__)

CHANNEL_PREFIX = "stepgraph:live:"
_KEY_PREFIX = "stepgraph:text:"
_MOST = 1000  # entries of one job; older ones give way
_AT_ONCE = 500
_KEPT_SECONDS = 3600
_AFTER_END_SECONDS = 60
_REST_SECONDS = 5.0
START = "-"
_silent_until = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of live text; `seq` is the number of the last recorded event that came before it."""

    seq: int
    data: dict[str, JSON]
    position: str = ""


def append(texts: Mapping[str, Sequence[Entry]]) -> None:
    """Adds text to jobs, and tells who follows them. Never raises."""
    if time.monotonic() < _silent_until:
        return
    try:
        with client().pipeline(transaction=False) as pipe:
            for job, entries in texts.items():
                for entry in entries:
                    fields = {"seq": entry.seq, "data": json.dumps(entry.data, separators=(",", ":"))}
                    pipe.xadd(_KEY_PREFIX + job, fields, maxlen=_MOST, approximate=True)  # type: ignore[arg-type] # redis-py's dict is invariant
                pipe.expire(_KEY_PREFIX + job, _KEPT_SECONDS)
                pipe.publish(CHANNEL_PREFIX + job, "")
            pipe.execute()
    except redis.RedisError as error:
        _rest(error)


def ended(job: str) -> None:
    """The text of a job is wanted for a moment more: what is recorded stands in for it. Never raises."""
    if time.monotonic() < _silent_until:
        return
    try:
        client().expire(_KEY_PREFIX + job, _AFTER_END_SECONDS)
    except redis.RedisError as error:
        _rest(error)


def read(job: str, after: str = START) -> list[Entry]:
    """What came after a position, in order; nothing while Redis is away."""
    if time.monotonic() < _silent_until:
        return []
    try:
        found = client().xrange(_KEY_PREFIX + job, min=after if after == START else f"({after}", count=_AT_ONCE)
    except redis.RedisError as error:
        _rest(error)
        return []
    return [
        Entry(seq=int(fields[b"seq"]), data=json.loads(fields[b"data"]), position=position.decode())
        for position, fields in found  # type: ignore[union-attr] # redis-py allows for its asynchronous client
    ]


def _rest(error: redis.RedisError) -> None:
    global _silent_until  # noqa: PLW0603 one breaker per process
    _silent_until = time.monotonic() + _REST_SECONDS
    logger.warning("live text rests", reason=str(error))

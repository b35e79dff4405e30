"""One Redis subscription for all clients of the live process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import redis
import redis.asyncio
import structlog
from django.conf import settings

from backend.events import bus, live

logger = structlog.get_logger(__name__)

_RECONNECT_SECONDS = 1.0


class Bell:
    """What one client waits on."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self._news = False

    def ring(self, *, news: bool) -> None:
        """There is something: events, or nothing but live text."""
        self._news = self._news or news
        self.event.set()

    async def wait(self, seconds: float) -> bool:
        """Returns at a hint, or after `seconds`; whether there may be more than live text."""
        try:
            await asyncio.wait_for(self.event.wait(), seconds)
        except TimeoutError:
            return True
        self.event.clear()
        news, self._news = self._news, False
        return news


class Hub:
    """Passes hints on to the clients that follow a job; a client holds an event, not a connection."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None

    @contextmanager
    def listening(self, job_id: UUID) -> Iterator[Bell]:
        """Hints about one job, for the length of the block; must run in the event loop."""
        bell, key = Bell(), str(job_id)
        self._bells[key].add(bell)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.get_running_loop().create_task(self._read())
        try:
            yield bell
        finally:
            self._bells[key].discard(bell)
            if not self._bells[key]:
                del self._bells[key]

    async def _read(self) -> None:
        while True:
            try:
                await self._follow()
            except (redis.RedisError, OSError) as error:
                logger.warning("live events are found by looking", reason=str(error))
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _follow(self) -> None:
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as connection, connection.pubsub() as subscription:
            await subscription.psubscribe(f"{bus.CHANNEL_PREFIX}*", f"{live.CHANNEL_PREFIX}*")
            async for message in subscription.listen():
                if message["type"] == "pmessage":
                    self._ring(message["channel"].decode())

    def _ring(self, channel: str) -> None:
        kind, _, job = channel.rpartition(":")
        for bell in self._bells.get(job, ()):
            bell.ring(news=f"{kind}:" == bus.CHANNEL_PREFIX)


hub = Hub()

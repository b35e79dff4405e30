"""One Redis subscription for all threads of a process that wait for news of jobs.

A subscription of its own would cost every call that waits for its job a connection, which is dearer than the wait.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import redis
import structlog

from backend.common.redis import client
from backend.events import bus

logger = structlog.get_logger(__name__)

_RECONNECT_SECONDS = 1.0
_IDLE_SECONDS = 30.0  # without anybody who waits the subscription ends: others' jobs are no news to this process
_READ_SECONDS = 1.0
_BLIND_SECONDS = 0.1  # how often one looks who cannot be told


class Listener:
    """Waits for news of one job; without Redis it waits a moment, and the caller looks again."""

    def __init__(self, board: Switchboard) -> None:
        self.told = b""  # the last text that came with news
        self._board = board
        self._news = threading.Event()

    def ring(self, text: bytes = b"") -> None:
        """There may be news."""
        self.told = text or self.told
        self._news.set()

    def wait(self, seconds: float) -> None:
        """Returns at news, or after `seconds` at the latest."""
        self._news.wait(seconds if self._board.connected else min(seconds, _BLIND_SECONDS))
        self._news.clear()


class Switchboard:
    """Passes hints on to the threads that wait; a thread holds an event, not a connection."""

    def __init__(self) -> None:
        self.connected = False
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self._idle_since = 0.0

    @contextmanager
    def listening(self, job_id: UUID | str) -> Iterator[Listener]:
        """Listens to one job for the length of the block."""
        listener, key = Listener(self), str(job_id)
        with self._lock:
            self._listeners[key].add(listener)
            if self._reader is None or not self._reader.is_alive():
                self._reader = threading.Thread(target=self._read, name="news of jobs", daemon=True)
                self._reader.start()
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners[key].discard(listener)
                if not self._listeners[key]:
                    del self._listeners[key]
                self._idle_since = time.monotonic()

    def _read(self) -> None:
        while not self._is_over():
            try:
                self._follow()
            except redis.RedisError as error:
                logger.warning("jobs that end are found by looking", reason=str(error))
                time.sleep(_RECONNECT_SECONDS)

    def _follow(self) -> None:
        subscription = client().pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call] # redis-py leaves it open
        try:
            subscription.psubscribe(f"{bus.CHANNEL_PREFIX}*")
            subscription.get_message(timeout=_READ_SECONDS)  # that it is subscribed
            self.connected = True
            self._ring_all()  # what was told before this was heard by nobody
            while not self._is_over():
                message = subscription.get_message(timeout=_READ_SECONDS)
                if message is not None:
                    self._ring(message["channel"].decode().removeprefix(bus.CHANNEL_PREFIX), message["data"])
        finally:
            self.connected = False
            subscription.close()

    def _is_over(self) -> bool:
        with self._lock:
            if self._listeners or time.monotonic() - self._idle_since < _IDLE_SECONDS:
                return False
            self._reader = None  # whoever comes now starts another thread
            return True

    def _ring(self, job: str, text: bytes) -> None:
        for listener in list(self._listeners.get(job, ())):
            listener.ring(text)

    def _ring_all(self) -> None:
        with self._lock:
            found = [listener for listeners in self._listeners.values() for listener in listeners]
        for listener in found:
            listener.ring()


_board = Switchboard()
listening = _board.listening

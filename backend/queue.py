"""The only place that enqueues: a job row is the queue entry, and this rings the doorbell once it is committed.

A lost bell loses nothing, since idle workers look at the database by themselves; so a failed ring is logged, not
raised, and after one the bell rests for a while instead of slowing every request down.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable

import redis
import structlog
from celery import Celery
from django.db import transaction
from kombu.exceptions import KombuError

from backend.common.redis import client

logger = structlog.get_logger(__name__)

WAKE_QUEUE = "stepgraph.wake"
DRAIN_TASK = "workers.tasks.drain"
DELIVER_TASK = "workers.tasks.deliver"
ERRAND_TASK = "workers.tasks.errand"
_RINGING = "stepgraph:ringing"  # there while a bell has rung that nobody has heard
_DELIVERING = "stepgraph:delivering"  # the same for messages that wait to be sent
_ERRANDS = "stepgraph:errands"  # … for errands of people who wait
_RINGING_MS = 1000  # then it is taken for lost
_REST_SECONDS = 5.0
_OTHERS_SECONDS = 0.25  # after a ring for other workers: those that were free are not any more, or on their way
_PAUSE_SECONDS = 0.002  # after a ring: what is wanted meanwhile shares the next one
# More, while an earlier ring is marked: to ask each time would cost a tenth of accepting a job, and a worker that has
# heard it goes on looking for longer than this after the last job that it found.
_UNHEARD_SECONDS = 0.008


class Bell:
    """Rings in a thread of its own, so that nobody waits for the broker; many requests at once make one ring."""

    def __init__(self, send: Callable[[], bool], *, pause: float = _PAUSE_SECONDS) -> None:
        self._send = send
        self._pause = pause
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Wakes a worker soon."""
        self._wanted.set()
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            time.sleep(self._pause if self._send() else _REST_SECONDS)


def _send(task: str = DRAIN_TASK, mark: str = _RINGING) -> bool:
    from backend.celery import app

    try:
        if not ring_once(app, client(), task=task, mark=mark):
            time.sleep(_UNHEARD_SECONDS)
    except (KombuError, redis.RedisError, OSError) as error:
        logger.warning("bell not heard, workers poll", reason=str(error))
        return False
    return True


def ring_once(app: Celery, marks: redis.Redis, *, task: str = DRAIN_TASK, mark: str = _RINGING) -> bool:
    """Rings, or is False while a bell is ringing that nobody has heard. Raises what the broker's client raises."""
    rings = bool(marks.set(mark, b"1", nx=True, px=_RINGING_MS))
    if rings:
        app.send_task(task, queue=WAKE_QUEUE, ignore_result=True, retry=False)
    return rings


def heard(mark: str = _RINGING) -> bool:
    """A worker is about to look: what is committed after this needs a new ring. False when Redis is away."""
    try:
        client().delete(mark)
    except redis.RedisError as error:
        logger.warning("bell stays marked as ringing", reason=str(error))
        return False
    return True


def _send_anew() -> bool:
    return heard() and _send()


def heard_to_deliver() -> None:
    """The same for messages that wait to be sent."""
    heard(_DELIVERING)


def heard_of_errand() -> None:
    """The same for errands."""
    heard(_ERRANDS)


bell = Bell(_send)
delivery_bell = Bell(functools.partial(_send, DELIVER_TASK, _DELIVERING))
others_bell = Bell(_send_anew, pause=_OTHERS_SECONDS)
errand_bell = Bell(functools.partial(_send, ERRAND_TASK, _ERRANDS))


def ring() -> None:
    """Wakes a worker after the current transaction has been committed, at once when there is none."""
    transaction.on_commit(bell.ring)


def ring_others() -> None:
    """Wakes another worker, if there is one, although a bell is ringing: who has heard it has no room for all."""
    others_bell.ring()


def ring_to_deliver() -> None:
    """Wakes a worker to send what waits to be sent, after the current transaction has been committed."""
    transaction.on_commit(delivery_bell.ring)


def ring_for_errand() -> None:
    """Wakes a worker for somebody who waits, after the current transaction has been committed."""
    transaction.on_commit(errand_bell.ring)

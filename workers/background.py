"""Work that goes on beside jobs and requests, in threads that no fault ends: the next turn comes all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from django.db import Error, close_old_connections, connections

from backend.common.errors import AppError

logger = structlog.get_logger(__name__)


def start(work: Callable[[], int], *, name: str, seconds: float, stopping: threading.Event) -> None:
    """Does the work so often until it is told to stop; at once again while it answers that it did something."""
    threading.Thread(target=_repeat, args=(work, name, seconds, stopping), name=name, daemon=True).start()


def _repeat(work: Callable[[], int], name: str, seconds: float, stopping: threading.Event) -> None:
    while not stopping.wait(seconds):
        with turn(name):
            while not stopping.is_set() and work():
                pass
    connections.close_all()


@contextmanager
def turn(name: str) -> Iterator[None]:
    """One turn, with a database connection that is usable; what goes wrong in it is told, and ends nothing."""
    with _guarded(name):
        close_old_connections()
    with _guarded(name):
        yield


@contextmanager
def _guarded(name: str) -> Iterator[None]:
    try:
        yield
    except (Error, AppError) as error:
        logger.warning("work waits for its next turn", work=name, reason=str(error))
        connections.close_all()
    except Exception:
        # The thread must never die: nothing of this kind would be done any more, while the process seems to live.
        logger.exception("work goes on after a fault", work=name)
        connections.close_all()

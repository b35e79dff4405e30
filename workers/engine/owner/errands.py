"""What a worker does for people who wait: it tests connectors, looks through tables, ends sign-ins."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

import structlog
from django.db import DatabaseError, connections

from backend.connectors import errands
from backend.connectors.models import Errand
from workers import background

logger = structlog.get_logger(__name__)

_LOOK_SECONDS: Final = 1.0  # without a bell
_AT_ONCE: Final = 4  # a server that does not answer holds up one of them
_wanted = threading.Event()


def start(stopping: threading.Event) -> None:
    """Looks for errands until it is told to stop."""
    threading.Thread(target=_run, args=(stopping,), name="errands", daemon=True).start()


def look() -> None:
    """There is one, very likely."""
    _wanted.set()


def _run(stopping: threading.Event) -> None:
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="errand")
    while not stopping.is_set():
        _wanted.wait(_LOOK_SECONDS)
        _wanted.clear()
        with background.turn("errands"):
            _take_all(pool)
    pool.shutdown(wait=False)
    connections.close_all()


def _take_all(pool: Executor) -> None:
    while (errand := errands.take()) is not None:
        pool.submit(_serve, errand)


def _serve(errand: Errand) -> None:
    try:
        errands.serve(errand)
    except DatabaseError as error:  # whoever waits is told that nobody has answered
        logger.warning("errand lost", kind=errand.kind, reason=str(error))
    finally:
        connections.close_all()

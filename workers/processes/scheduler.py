"""The scheduler: finds what no message told of. Many may run; each thing it does happens once."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import structlog
from django.db import DatabaseError, close_old_connections, connections

from backend import queue
from backend.jobs import store

logger = structlog.get_logger(__name__)

_SWEEP_SECONDS = 1.0


def run(*, lease_seconds: float) -> None:
    """Sweeps every second until SIGTERM or SIGINT."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logger.info("scheduler runs")
    while not stopping.wait(_SWEEP_SECONDS):
        try:
            close_old_connections()
            sweep(lease_seconds=lease_seconds)
        except DatabaseError as error:
            logger.warning("database not reachable", reason=str(error))
            connections.close_all()


def sweep(*, lease_seconds: float) -> None:
    """Frees the jobs of lost workers, and rings for jobs whose bell was lost or whose wait is over."""
    buried = store.bury(lease_seconds=lease_seconds)
    freed = store.free_orphans()
    if buried or freed:
        logger.warning("a worker was lost", workers=buried, jobs=freed)
    if store.anything_due():
        queue.ring()

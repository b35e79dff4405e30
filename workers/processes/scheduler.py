"""The scheduler: fires schedules, and finds what no message told of. Many may run; each thing it does happens once."""

from __future__ import annotations

import os
import signal
import socket
import threading
from itertools import count
from types import FrameType
from uuid import UUID

import structlog
from django.db import DatabaseError, close_old_connections, connections

from backend import queue
from backend.approvals.services import upkeep as approvals
from backend.common.ids import uuid7
from backend.jobs import admission, control, services, store
from backend.notices import selectors as notices
from backend.triggers import housekeeping
from workers.processes import clockwork, tidying

logger = structlog.get_logger(__name__)

_SWEEP_SECONDS = 1.0
_ROUNDS_PER_BEAT = 4  # sweeps for each sign of life
_ROUNDS_PER_TIDYING = 600


def run(*, lease_seconds: float) -> None:
    """Fires and sweeps until SIGTERM or SIGINT: three loops, none of which makes another late."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logger.info("scheduler runs")
    clock = threading.Thread(target=clockwork.run, args=(stopping,), name="clockwork", daemon=True)
    clock.start()
    tidy = threading.Thread(target=tidying.run, args=(stopping,), name="tidying", daemon=True)
    tidy.start()
    own_id, rounds = uuid7(), count()
    while not stopping.is_set():
        try:
            close_old_connections()
            _round(own_id, next(rounds), lease_seconds=lease_seconds)
        except DatabaseError as error:
            logger.warning("database not reachable", reason=str(error))
            connections.close_all()
        stopping.wait(_SWEEP_SECONDS)
    clock.join(timeout=10)


def _round(own_id: UUID, number: int, *, lease_seconds: float) -> None:
    if number % _ROUNDS_PER_BEAT == 0:
        services.scheduler_seen(own_id, host=socket.gethostname(), pid=os.getpid())
    if notices.anything_due():
        queue.ring_to_deliver()
    approvals.approvals_keep_time()
    if number % _ROUNDS_PER_TIDYING == 0:
        housekeeping.tidy()
    sweep(lease_seconds=lease_seconds)


def sweep(*, lease_seconds: float) -> None:
    """Frees the jobs of lost workers, and rings for jobs whose bell was lost or whose wait is over."""
    buried = store.bury(lease_seconds=lease_seconds)
    freed = store.free_orphans()
    control.cancel_forsaken()
    admission.sweep()
    if buried or freed:
        logger.warning("a worker was lost", workers=buried, jobs=freed)
    if store.anything_due():
        queue.ring()

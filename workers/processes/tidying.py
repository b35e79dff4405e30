"""What a scheduler clears away now and then, in a thread of its own: no schedule and no sweep waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import structlog
from django.db import connections

from backend.files import services as files
from backend.guards import cache
from backend.jobs import retention
from backend.outgoing import sending
from workers import background

logger = structlog.get_logger(__name__)

_MINUTE = 60.0
_HOUR = 60 * _MINUTE

Work = Callable[[], int]

WORKS: Mapping[str, tuple[float, Work]] = {
    "jobs": (_MINUTE, retention.sweep),
    "cache": (_MINUTE, cache.sweep),
    "event deliveries": (_HOUR, sending.sweep),
    "files": (5 * _MINUTE, files.sweep),
    "stored bytes": (_HOUR, files.sweep_store),
}


def run(stopping: threading.Event) -> None:
    """Does each work in its turn until it is told to stop."""
    waits = {name: seconds for name, (seconds, _) in WORKS.items()}
    while not stopping.wait(_MINUTE):
        for name, (seconds, work) in WORKS.items():
            waits[name] -= _MINUTE
            if waits[name] <= 0:
                waits[name] = seconds
                tidy(name, work)
    connections.close_all()


def tidy(name: str, work: Work) -> int:
    """One work; what goes wrong is told and tried again in its next turn."""
    count = 0
    with background.turn(name):
        count = work()
    if count:
        logger.info("tidied", what=name, count=count)
    return count

"""One thread that sends what waits, started by the bell and gone when nothing waits any more."""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, close_old_connections, connections

from backend.notices import selectors
from workers.notices.sending import send

logger = structlog.get_logger(__name__)

_AT_ONCE = 50
_lock = threading.Lock()
_wanted = threading.Event()
_thread: threading.Thread | None = None


def look() -> None:
    """Makes sure that somebody looks for messages from now on."""
    global _thread  # noqa: PLW0603 one for the process
    _wanted.set()
    with _lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="courier", daemon=True)
            _thread.start()


def _run() -> None:
    try:
        while _wanted.is_set():
            _wanted.clear()
            deliver_due()
    finally:
        connections.close_all()


def deliver_due() -> int:
    """Sends everything that is due; answers how many messages were tried."""
    tried = 0
    try:
        close_old_connections()
        while ids := selectors.due_ids(limit=_AT_ONCE):
            tried += sum(send(notice_id) for notice_id in ids)
    except DatabaseError as error:
        logger.warning("messages wait: the database is not reachable", reason=str(error))
    return tried

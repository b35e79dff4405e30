"""The database for the engine's threads: for that of a step, which needs it for a moment, and for those of jobs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import close_old_connections, connection

_LASTS: Final = 1.0  # seconds for which a connection that was looked at is taken to be alive


class _Looked(threading.local):
    at = -_LASTS  # when this thread has last looked at its connection


_looked = _Looked()


def look_after_connection() -> None:
    """Before a piece of work: a connection that has died or served its time is closed, and the next one is opened.

    In the middle of much work nothing is looked at: to ask a server whether it is there takes as long as to use it, and
    one that goes away now would do the same between the question and the statement.
    """
    now = time.monotonic()
    if now - _looked.at >= _LASTS:
        _looked.at = now
        close_old_connections()


@contextmanager
def short_connection() -> Iterator[None]:
    """Within it the database can be used; a connection that was opened for it is closed, so that none lies idle."""
    close_old_connections()
    borrowed = connection.connection is not None
    try:
        yield
    finally:
        if not borrowed:
            connection.close()

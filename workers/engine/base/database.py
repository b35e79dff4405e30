"""The database for a step's thread, which needs it for a moment and then not for long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connection


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

"""The thread of a worker that sends events to endpoints outside: workers are who may reach the internet."""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, close_old_connections, connections

from backend.common.egress import EgressClient
from backend.outgoing import sending

logger = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0


def start(client: EgressClient, stopping: threading.Event) -> None:
    """Sends what is due until it is told to stop."""
    threading.Thread(target=_run, args=(client, stopping), name="delivering", daemon=True).start()


def _run(client: EgressClient, stopping: threading.Event) -> None:
    while not stopping.wait(_LOOK_SECONDS):
        try:
            close_old_connections()
            while sending.send_due(client):
                pass
        except DatabaseError as error:
            logger.warning("events are sent later", reason=str(error))
            connections.close_all()
        except Exception:
            # This thread must never die: nothing would be sent any more.
            logger.exception("sending goes on after a fault")
    connections.close_all()

"""What a worker sends to endpoints outside: workers are who may reach the internet."""

from __future__ import annotations

import threading
from functools import partial

from backend.common.egress import EgressClient
from backend.outgoing import sending
from workers import background

_LOOK_SECONDS = 1.0


def start(client: EgressClient, stopping: threading.Event) -> None:
    """Sends what is due until it is told to stop."""
    background.start(partial(sending.send_due, client), name="delivering", seconds=_LOOK_SECONDS, stopping=stopping)

"""A job's events as server-sent events: what is recorded first, then what comes, without gap or repeat."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import close_old_connections, connections

from backend.common.json import JSON
from backend.events.hub import hub
from backend.jobs import selectors

_TERMINAL = {"job.completed", "job.failed", "job.cancelled", "job.timed_out"}
_HEARTBEAT_SECONDS = 15.0
_LOOK_SECONDS = 1.0  # without Redis, news are found by looking this often


# Reads for all clients together: each client's own thread would hold a connection to the database of its own.
_readers = ThreadPoolExecutor(4, thread_name_prefix="events")


def last_seen(text: str) -> int:
    """The number of the last event that a client says it has; 0 if that is no such number."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def let_go_of_database() -> None:
    """Ends this thread's connection: a stream may last for hours after its request was checked."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _read(job_id: UUID, seq: int) -> list[tuple[int, JSON]]:
    close_old_connections()
    return selectors.events_after(job_id, seq=seq)


async def frames(job_id: UUID, *, after: int) -> AsyncIterator[bytes]:
    """Every event above `after`, until the job's end; a comment now and then keeps proxies from hanging up."""
    quiet = 0.0
    yield b"retry: 1000\n\n"
    with hub.listening(job_id) as bell:
        while True:
            events = await asyncio.get_running_loop().run_in_executor(_readers, _read, job_id, after)
            for seq, data in events:
                after = seq
                yield frame(seq, data)
            if events and events[-1][1]["type"] in _TERMINAL:
                return
            quiet = 0.0 if events else quiet + _LOOK_SECONDS
            if quiet >= _HEARTBEAT_SECONDS:
                quiet = 0.0
                yield b": still here\n\n"
            await bell.wait(_LOOK_SECONDS)


def frame(seq: int, data: JSON) -> bytes:
    """One event on the wire; it is a plain message, its type is in the data and in the event field."""
    return f"id: {seq}\nevent: {data['type']}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()

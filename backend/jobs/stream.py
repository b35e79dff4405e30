"""A job's events as server-sent events: what is recorded first, then what comes, without gap or repeat."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async

from backend.common.json import JSON
from backend.events.hub import hub
from backend.jobs import selectors

_TERMINAL = {"job.completed", "job.failed", "job.cancelled", "job.timed_out"}
_HEARTBEAT_SECONDS = 15.0
_LOOK_SECONDS = 1.0  # without Redis, news are found by looking this often


async def frames(job_id: UUID, *, after: int) -> AsyncIterator[bytes]:
    """Every event above `after`, until the job's end; a comment now and then keeps proxies from hanging up."""
    quiet = 0.0
    yield b"retry: 1000\n\n"
    with hub.listening(job_id) as bell:
        while True:
            events = await sync_to_async(selectors.events_after)(job_id, seq=after)
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

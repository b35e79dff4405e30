"""A job's events as server-sent events: what is recorded first, then what comes, without gap or repeat."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from uuid import UUID

from django.db import close_old_connections, connections

from backend.common.json import JSON
from backend.events import live
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


@dataclass(slots=True)
class _Place:
    """How far a client has come: in what is recorded, and in the live text if it wants that."""

    job: UUID
    seq: int
    text: str | None  # None: nothing but recorded events
    over: bool = False  # the job has ended, and its last event was read


def _read(place: _Place, *, news: bool) -> list[bytes]:
    """The next frames, in the order in which things happened; without `news`, looks for live text alone."""
    close_old_connections()
    entries = _text(place)
    if not news and all(entry.seq <= place.seq for entry in entries):
        return [_text_frame(place, entry) for entry in entries]
    events = selectors.events_after(place.job, seq=place.seq)
    entries = _text(place)  # again: what was said before these events is there by now
    return list(_merged(place, events, entries))


def _text(place: _Place) -> list[live.Entry]:
    return live.read(str(place.job), place.text) if place.text is not None else []


def _merged(place: _Place, events: list[tuple[int, JSON]], entries: list[live.Entry]) -> Iterator[bytes]:
    last = events[-1][0] if events else place.seq
    waiting = deque(takewhile(lambda entry: entry.seq <= last, entries))  # later ones follow events not read yet
    for seq, data in events:
        while waiting and waiting[0].seq < seq:
            yield _text_frame(place, waiting.popleft())
        place.seq, place.over = seq, data["type"] in _TERMINAL
        yield frame(seq, data)
    for entry in waiting:
        yield _text_frame(place, entry)


async def frames(job_id: UUID, *, after: int, text: bool = False) -> AsyncIterator[bytes]:
    """Every event above `after`, until the job's end; a comment now and then keeps proxies from hanging up.

    With `text` also what steps say while they run, in its place between the events. It has no number of its own: who
    comes again gets what is still known of it, and lines say where in the log of their step they belong.
    """
    place = _Place(job_id, after, live.START if text else None)
    quiet, news = 0.0, True
    yield b"retry: 1000\n\n"
    with hub.listening(job_id) as bell:
        while True:
            found = await asyncio.get_running_loop().run_in_executor(_readers, partial(_read, place, news=news))
            for one in found:
                yield one
            if place.over:
                return
            quiet = 0.0 if found else quiet + _LOOK_SECONDS
            if quiet >= _HEARTBEAT_SECONDS:
                quiet = 0.0
                yield b": still here\n\n"
            news = await bell.wait(_LOOK_SECONDS)


def frame(seq: int, data: JSON) -> bytes:
    """One event on the wire; it is a plain message, its type is in the data and in the event field."""
    return b"id: %d\n" % seq + _body(data)


def _text_frame(place: _Place, entry: live.Entry) -> bytes:
    place.text = entry.position
    return _body(entry.data)


def _body(data: JSON) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()

"""How the events of a job lie in rows: what its steps do is recorded many at a time, and shares a row.

A row has the number of the last event in it. Its data is that event, or a list of events whose numbers end with it:
most rows of a job would otherwise be events, and each would cost as much as one that holds dozens. What happens to the
job itself stands alone, so that it is found by its kind.

In a list, the beginnings and ends of steps, which are nearly all, are lists again: of values whose names are the same
every time, and would be most of what is stored.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from backend.common.json import JSON

MOST = 100  # events in a row: who wants the last one reads them all

_JOB: Final = "job"  # the row knows it
_PLAIN: Final = ("type", _JOB, "at", "step", "path", "status", "attempt")  # of an event that says nothing more
_KEPT: Final = tuple(name for name in _PLAIN if name != _JOB)
_values = operator.itemgetter(*_KEPT)


def in_rows(events: Sequence[JSON], *, first: int) -> Iterator[tuple[int, JSON]]:
    """The rows for events of one job that are numbered from `first` on."""
    shared: list[JSON] = []
    for number, event in enumerate(events, start=first):
        if event["type"].startswith("job."):
            yield from _shared(shared, last=number - 1)
            shared = []
            yield number, event
        else:
            shared.append(event)
            if len(shared) == MOST:
                yield from _shared(shared, last=number)
                shared = []
    yield from _shared(shared, last=first + len(events) - 1)


def _shared(events: list[JSON], *, last: int) -> Iterator[tuple[int, JSON]]:
    if len(events) == 1:
        yield last, events[0]
    elif events:
        yield last, [_values(event) if tuple(event) == _PLAIN else event for event in events]


def of_row(job_id: UUID, last: int, data: JSON) -> Iterator[tuple[int, JSON]]:
    """The events of a row of a job, with their numbers."""
    events = data if isinstance(data, list) else [data]
    job = str(job_id)
    return enumerate((_whole(job, event) for event in events), start=last - len(events) + 1)


def _whole(job: str, event: JSON) -> JSON:
    if isinstance(event, dict):
        return event
    kind, *others = event
    return dict(zip(_PLAIN, (kind, job, *others), strict=True))

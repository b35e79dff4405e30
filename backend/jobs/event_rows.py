"""How the events of a job lie in rows: what its steps do is recorded many at a time, and shares a row.

A row has the number of the last event in it. Its data is that event, or a list of events whose numbers end with it:
most rows of a job would otherwise be events, and each would cost as much as one that holds dozens. What happens to the
job itself stands alone, so that it is found by its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend.common.json import JSON

MOST = 100  # events in a row: who wants the last one reads them all


def in_rows(events: Sequence[JSON], *, first: int) -> Iterator[tuple[int, JSON]]:
    """The rows for events that are numbered from `first` on."""
    shared: list[JSON] = []
    for number, event in enumerate(events, start=first):
        if event["type"].startswith("job."):
            yield from _shared(shared, last=number - 1)
            shared = []
            yield number, event
        else:
            shared.append(event)
            if len(shared) == MOST:
                yield number, shared
                shared = []
    yield from _shared(shared, last=first + len(events) - 1)


def _shared(events: list[JSON], *, last: int) -> Iterator[tuple[int, JSON]]:
    if events:
        yield last, events if len(events) > 1 else events[0]


def of_row(last: int, data: JSON) -> Iterator[tuple[int, JSON]]:
    """The events of a row with their numbers."""
    events = data if isinstance(data, list) else [data]
    return enumerate(events, start=last - len(events) + 1)

"""The iCalendar feed of what will run. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One due time."""

    uid: str
    title: str
    detail: str
    at: datetime


def feed(entries: Iterable[Entry], *, now: datetime, url: str) -> bytes:
    """RFC 5545: an event for each due time, since no recurrence rule says what a cron expression says."""
    calendar = Calendar()
    calendar.add("prodid", "-//Stepgraph//Schedules//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Stepgraph schedules")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now)
        event.add("dtstart", entry.at)
        event.add("duration", timedelta(minutes=5))
        event.add("summary", entry.title)
        event.add("description", entry.detail)
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())

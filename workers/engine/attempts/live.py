"""What running steps say while they run: gathered for a moment, so that a script of many lines costs few messages.

It is undurable: lines are recorded with the end of the attempt, progress never is.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from backend.common.json import JSON
from backend.events import live
from backend.files import refs
from workers.engine.base import clock
from workers.engine.flow.activity import Activity

LINES, PROGRESS = "step.log", "step.progress"
_EVERY = 0.1  # seconds
_MOST_LINES = 200  # of one message
_MOST_CHARACTERS = 16_000  # of one progress; more belongs into a result
_MOST_TEXT = 256_000  # characters that one attempt may stream beside its log

Send = Callable[[Mapping[str, Sequence[live.Entry]]], None]


class Courier:
    """Sends what all jobs of this process say, ten times a second while there is something to send."""

    def __init__(self, send: Send = live.append) -> None:
        self._send = send
        self._waiting: defaultdict[str, list[live.Entry]] = defaultdict(list)
        self._changed = threading.Condition()
        self._sending = threading.Lock()  # held from taking to having sent, so that the order stays
        self._thread: threading.Thread | None = None

    def add(self, job: str, entry: live.Entry) -> None:
        """Takes a message for a job."""
        with self._changed:
            self._waiting[job].append(entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-text", daemon=True)
                self._thread.start()
            self._changed.notify()

    def flush(self, job: str) -> None:
        """Sends what is left of a job."""
        with self._sending:
            with self._changed:
                entries = self._waiting.pop(job, None)
            if entries:
                self._send({job: joined(entries)})

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
            time.sleep(_EVERY)
            with self._sending:
                with self._changed:
                    taken, self._waiting = self._waiting, defaultdict(list)
                self._send({job: joined(entries) for job, entries in taken.items()})


def joined(entries: Sequence[live.Entry]) -> list[live.Entry]:
    """Fewer messages that say the same: lines that follow each other in one, of progress without text the last."""
    found: list[live.Entry] = []
    for entry in entries:
        last = found[-1] if found else None
        if last is None or last.seq != entry.seq or not _same_step(last.data, entry.data):
            found.append(entry)
        elif entry.data["type"] == LINES and len(last.data["lines"]) < _MOST_LINES:
            found[-1] = live.Entry(last.seq, {**last.data, "lines": [*last.data["lines"], *entry.data["lines"]]})
        elif entry.data["type"] == PROGRESS and "text" not in last.data:
            found[-1] = entry
        elif entry.data["type"] == PROGRESS and "text" in entry.data:
            found[-1] = live.Entry(last.seq, {**entry.data, "text": last.data["text"] + entry.data["text"]})
        else:
            found.append(entry)
    return found


def _same_step(one: Mapping[str, JSON], other: Mapping[str, JSON]) -> bool:
    return all(one[name] == other[name] for name in ("type", "path", "attempt"))


@dataclass(slots=True)
class Voice:
    """One attempt of one step, as it may be heard."""

    job: str
    facts: dict[str, JSON]  # step, path, attempt
    courier: Courier
    seq: Callable[[], int]  # the last recorded event of the job
    spoke: bool = False
    _streamed: int = field(default=0)

    def lines(self, first: int, lines: Sequence[str]) -> None:
        """Lines of the step's log; `first` is the number of the first one in it."""
        self._say(LINES, {"first": first, "lines": list(lines)})

    def progress(self, data: Mapping[str, JSON]) -> None:
        """How far it is, or a piece of text. What is too large is not shown."""
        size = len(refs.encode(data))
        if "text" in data:
            self._streamed += size
        if size <= _MOST_CHARACTERS and self._streamed <= _MOST_TEXT:
            self._say(PROGRESS, dict(data))

    def _say(self, kind: str, data: dict[str, JSON]) -> None:
        self.spoke = True
        told = {**data, "type": kind, "job": self.job, "at": clock.now_text(), **self.facts}
        self.courier.add(self.job, live.Entry(self.seq(), told))


_courier = Courier()


class LiveText:
    """The live text of one job."""

    def __init__(self, job: str, *, seq: Callable[[], int], courier: Courier = _courier) -> None:
        self._job = job
        self._seq = seq
        self._courier = courier
        self._spoke = False

    @contextmanager
    def of(self, activity: Activity) -> Iterator[None]:
        """Lets an attempt be heard; all that it said is sent before its end can be recorded."""
        facts: dict[str, JSON] = {
            "step": activity.node.id,
            "path": activity.path,
            "attempt": len(activity.attempts),
            "status": "running",
        }
        activity.voice = voice = Voice(self._job, facts, self._courier, self._seq)
        activity.log.listener = voice.lines
        try:
            yield
        finally:
            activity.voice = activity.log.listener = None
            self._spoke = self._spoke or voice.spoke
            self._courier.flush(self._job)

    def ended(self) -> None:
        """The job has ended: what was recorded stands in for what was heard."""
        if self._spoke:
            live.ended(self._job)

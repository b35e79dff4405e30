"""Containers that the steps of one job use one after the other, each step behind walls of its own inside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandboxes.endmark import new_token
from sandboxes.results import Exit
from sandboxes.runtimes.attached import ContainerSandbox
from sandboxes.runtimes.base import Breach, Chunk, Sandbox
from sandboxes.runtimes.box import IDLE_SECONDS, Box

_IDLE: Final = 60.0  # seconds without a step after which a job's container is not kept any longer
_FREE_OF_A_KIND: Final = 4  # that one job keeps; what ran side by side once need not be kept for ever


@dataclass(slots=True)
class Room:
    """One such container; `used` on the clock of this process."""

    job: str
    box: Box
    container: ContainerSandbox
    used: float = 0.0


class Rooms:
    """Which containers are free for which job. A container never serves two jobs."""

    def __init__(self, open_container: Callable[[Box], ContainerSandbox]) -> None:
        self._open = open_container
        self._lock = threading.Lock()
        self._free: dict[tuple[str, Box], list[Room]] = {}
        self._released: dict[str, float] = {}  # jobs that ended lately: nothing is kept for them

    def enter(self, job: str, box: Box) -> Sandbox:
        """A free container of the job, or a new one, for one step."""
        with self._lock:
            free = self._free.get((job, box), [])
            room = free.pop() if free else None
        if room is not None and not (self._is_young(room) and room.container.waits()):
            room.container.close()
            room = None
        if room is None:
            room = Room(job=job, box=box, container=self._open(box))
        return StepSandbox(room, leave=self.leave)

    def leave(self, room: Room) -> None:
        """After a step that ended well behaved: the container is free, or ends if nobody can want it."""
        room.used = time.monotonic()
        with self._lock:
            free = self._free.setdefault((room.job, room.box), [])
            keep = room.job not in self._released and len(free) < _FREE_OF_A_KIND and self._is_young(room)
            if keep:
                free.append(room)
        if not keep:
            room.container.close()

    def release(self, job: str) -> None:
        """The job has ended, and so do its containers; those of steps still running, when these end."""
        now = time.monotonic()
        with self._lock:
            self._released = {name: at for name, at in self._released.items() if now - at < IDLE_SECONDS}
            self._released[job] = now
            gone = self._take(lambda room: room.job == job)
        self._end(gone)

    def sweep(self, *, everything: bool = False) -> int:
        """Ends what nobody used for a while, or all."""
        now = time.monotonic()
        with self._lock:
            gone = self._take(lambda room: everything or now - room.used > _IDLE or not self._is_young(room))
        self._end(gone)
        return len(gone)

    def count(self) -> int:
        """How many are free."""
        with self._lock:
            return sum(map(len, self._free.values()))

    def _take(self, wanted: Callable[[Room], bool]) -> list[Room]:
        gone = []
        for key, rooms in list(self._free.items()):
            gone += [room for room in rooms if wanted(room)]
            kept = [room for room in rooms if not wanted(room)]
            if kept:
                self._free[key] = kept
            else:
                del self._free[key]
        return gone

    def _end(self, rooms: list[Room]) -> None:
        for room in rooms:
            room.container.close()

    def _is_young(self, room: Room) -> bool:
        # Counted from the container's own start, which may be long before its job's: so its end is reckoned, too.
        return time.monotonic() - room.container.born < IDLE_SECONDS


class StepSandbox(Sandbox):
    """One step in a job's container."""

    def __init__(self, room: Room, *, leave: Callable[[Room], None]) -> None:
        self._room, self._leave = room, leave
        self._container = room.container

    def send(self, frame: bytes) -> None:
        """The token follows the frame, where only the container's own program reads it, when the step has ended."""
        self._container.send_step(frame, token=new_token())

    def read(self, *, timeout: float) -> list[Chunk]:
        """What the step printed."""
        return self._container.read(timeout=timeout)

    def ended(self) -> Exit | None:
        """As the marks say, or the container's own end."""
        return self._container.ended()

    def breach(self) -> Breach | None:
        """None: the engine enforces every limit, and one step runs at a time."""
        return None

    def breach_at_deadline(self) -> Breach | None:
        """Looks at the processes."""
        return self._container.breach_at_deadline()

    def close(self) -> None:
        """Leaves the container to the next step if this one has really ended; else both end now."""
        if self._container.marked:
            self._leave(self._room)
        else:
            self._container.close()

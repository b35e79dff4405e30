"""Who runs next: a limited number at a time, in turn between organisations and, within each, between jobs."""

from __future__ import annotations

import itertools
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sandboxes.errors import SandboxBusy

_LOOK_EVERY: Final = 0.1  # seconds between questions whether somebody still waits


@dataclass(eq=False, slots=True)
class Ticket:
    """One who waits, or runs."""

    organization: str
    job: str
    called: threading.Event = field(default_factory=threading.Event)


class FairQueue:
    """Who waits and who runs; decides whose turn it is. Not safe between threads by itself."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, OrderedDict[str, deque[Ticket]]] = OrderedDict()
        self._running: Counter[str] = Counter()
        self._running_of_job: Counter[tuple[str, str]] = Counter()
        self._served: dict[str, int] = {}  # organisation → number of its last turn
        self._served_job: dict[tuple[str, str], int] = {}
        self._turn = itertools.count(1)

    def __len__(self) -> int:
        return sum(self.waiting_of(organization) for organization in self._waiting)

    @property
    def running(self) -> int:
        """How many run."""
        return self._running.total()

    def waiting_of(self, organization: str) -> int:
        """How many of one organisation wait."""
        return sum(len(tickets) for tickets in self._waiting.get(organization, {}).values())

    def put(self, ticket: Ticket) -> None:
        """Takes its place behind those of the same job."""
        jobs = self._waiting.setdefault(ticket.organization, OrderedDict())
        jobs.setdefault(ticket.job, deque()).append(ticket)

    def call(self) -> Ticket | None:
        """The next one, which counts as running from now on: of the organisation, then of the job, that runs least."""
        if not self._waiting:
            return None
        organization = min(self._waiting, key=lambda name: (self._running[name], self._served.get(name, 0)))
        jobs = self._waiting[organization]
        job = min(
            jobs,
            key=lambda name: (
                self._running_of_job[organization, name],
                self._served_job.get((organization, name), 0),
            ),
        )
        ticket = jobs[job][0]
        self.remove(ticket)
        self._running[organization] += 1
        self._running_of_job[organization, job] += 1
        self._served[organization] = self._served_job[organization, job] = next(self._turn)
        return ticket

    def remove(self, ticket: Ticket) -> None:
        """Leaves without a turn."""
        jobs = self._waiting[ticket.organization]
        jobs[ticket.job].remove(ticket)
        if not jobs[ticket.job]:
            del jobs[ticket.job]
        if not jobs:
            del self._waiting[ticket.organization]

    def ended(self, ticket: Ticket) -> None:
        """Runs no more; whoever has nothing here any more is forgotten."""
        organization, key = ticket.organization, (ticket.organization, ticket.job)
        self._running[organization] -= 1
        self._running_of_job[key] -= 1
        if not self._running_of_job[key] and ticket.job not in self._waiting.get(organization, {}):
            del self._running_of_job[key]
            self._served_job.pop(key, None)
        if not self._running[organization] and organization not in self._waiting:
            del self._running[organization]
            self._served.pop(organization, None)


class Turnstile:
    """Lets a limited number through at a time, fairly; refuses at once when too many wait."""

    def __init__(self, *, slots: int, queue: int) -> None:
        self.slots = slots
        self._most = queue
        self._queue = FairQueue()
        self._lock = threading.Lock()

    @property
    def running(self) -> int:
        """How many are inside."""
        return self._queue.running

    @property
    def queued(self) -> int:
        """How many wait outside."""
        with self._lock:
            return len(self._queue)

    def enter(self, organization: str, job: str, *, gone: Callable[[], bool]) -> Ticket | None:
        """Waits for a turn, which `leave` gives back; None once `gone` says so. Raises SandboxBusy."""
        ticket = Ticket(organization, job)
        with self._lock:
            self._admit(organization)
            self._queue.put(ticket)
            self._call()
        while not ticket.called.wait(_LOOK_EVERY):
            if gone() and self._withdraw(ticket):
                return None
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Makes room for the next."""
        with self._lock:
            self._queue.ended(ticket)
            self._call()

    def _admit(self, organization: str) -> None:
        # Half of the places at most for one organisation, or one that sends very much would keep all others out.
        share = max(1, self._most // 2) if organization else self._most
        if len(self._queue) >= self._most or self._queue.waiting_of(organization) >= share:
            raise SandboxBusy(f"Too many scripts are waiting for a sandbox here ({len(self._queue)}). Try again later.")

    def _withdraw(self, ticket: Ticket) -> bool:
        with self._lock:
            if ticket.called.is_set():
                return False
            self._queue.remove(ticket)
            return True

    def _call(self) -> None:
        while self._queue.running < self.slots and (ticket := self._queue.call()) is not None:
            ticket.called.set()

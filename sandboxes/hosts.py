"""Several sandbox hosts, as one client sees them: which is up, and which has the least to do."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sandboxes import wire
from sandboxes.errors import SandboxUnavailable
from sandboxes.model import JSON, Execution

_FRESH: Final = 1.0  # seconds for which a host's word on its load counts
_DOWN: Final = 5.0  # seconds for which a host that did not answer is asked last
_ASK_TIMEOUT: Final = 2.0  # seconds


@dataclass(eq=False)
class Host:
    """One sandbox service and what is known of it."""

    address: wire.Address
    slots: int = 1
    busy: int = 0  # running and waiting there when it was asked
    asked_at: float = float("-inf")
    down_until: float = float("-inf")
    started: int = 0  # by this client since it was asked
    asking: threading.Lock = field(default_factory=threading.Lock)
    counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def load(self) -> float:
        """Executions for each slot."""
        return (self.busy + self.started) / max(1, self.slots)

    def chosen(self) -> None:
        """One more goes there."""
        with self.counting:
            self.started += 1

    def failed(self) -> None:
        """It did not answer: others are asked first for a while."""
        self.down_until = time.monotonic() + _DOWN

    def ask(self) -> None:
        """Asks for its load, unless it was asked a moment ago."""
        now = time.monotonic()
        if now < self.asked_at + _FRESH or now < self.down_until or not self.asking.acquire(blocking=False):
            return
        known = self.started
        try:
            answer = _question(self.address, {"type": "load"})
            self.slots, self.busy = int(answer["max_running"]), int(answer["running"]) + int(answer["queued"])
            with self.counting:
                self.started -= known  # those that were sent there meanwhile may not be in its answer
            self.asked_at = time.monotonic()
        except (OSError, KeyError, ValueError, SandboxUnavailable):
            self.failed()
        finally:
            self.asking.release()


def _question(address: wire.Address, message: dict[str, JSON]) -> dict[str, JSON]:
    with address.connect(timeout=_ASK_TIMEOUT) as connection:
        wire.send(connection, message)
        return wire.receive(connection)


class Hosts:
    """All sandbox hosts of an installation, named by addresses with commas between them."""

    def __init__(self, urls: str) -> None:
        self.all = [Host(wire.Address.parse(url.strip())) for url in urls.split(",")]
        self._choosing = threading.Lock()

    def ranked(self, execution: Execution) -> Sequence[Host]:
        """Where to try, best first: those that answer, by load; one job stays on one host where they are equal."""
        if len(self.all) == 1:
            return self.all
        for host in self.all:
            host.ask()
        now = time.monotonic()
        with self._choosing:  # together with counting it, or many at once would all choose the same one
            order = sorted(self.all, key=lambda host: (host.down_until > now, host.load, _rank(host, execution)))
            order[0].chosen()
        return order


def _rank(host: Host, execution: Execution) -> bytes:
    """A different order of the hosts for each job, the same every time."""
    place = host.address.path or f"{host.address.host}:{host.address.port}"
    return hashlib.sha256(f"{execution.job or execution.id} {place}".encode()).digest()


def merged(found: Sequence[tuple[Host, dict[str, JSON] | None]]) -> dict[str, JSON]:
    """What several services say of themselves, as one: the weakest wall counts, whatever one can run is there."""
    answers = [stats for _, stats in found if stats is not None]
    weakest = max(answers, key=lambda stats: _WEAKNESS.get(str(stats["isolation"]), len(_WEAKNESS)))
    languages: dict[str, JSON] = {}
    for stats in answers:
        for name, state in stats["languages"].items():
            if name not in languages or state["available"]:
                languages[name] = state
    sums = {key: sum(stats[key] for stats in answers) for key in ("running", "queued", "max_running")}
    hosts = [{"address": _place(host), "ok": stats is not None, **_of(stats)} for host, stats in found]
    return {**weakest, "languages": languages, **sums, "hosts": hosts, "packages": _packages(answers)}


def _packages(answers: Sequence[dict[str, JSON]]) -> list[JSON]:
    """Each set of packages once, as far as the host that is furthest."""
    found: dict[str, JSON] = {}
    for entry in (entry for stats in answers for entry in stats.get("packages", ())):
        known = found.get(entry["id"])
        if known is None or _PROGRESS.index(entry["state"]) > _PROGRESS.index(known["state"]):
            found[entry["id"]] = entry
    return list(found.values())


_PROGRESS: Final = ("failed", "waiting", "building", "ready")
_WEAKNESS: Final = {"docker": 0, "bubblewrap": 1, "process": 2}


def _place(host: Host) -> str:
    return host.address.path or f"{host.address.host}:{host.address.port}"


def _of(stats: dict[str, JSON] | None) -> dict[str, JSON]:
    return {} if stats is None else {key: stats[key] for key in ("isolation", "running", "queued", "max_running")}


def ask_all(hosts: Sequence[Host], ask: Callable[[Host], dict[str, JSON]]) -> dict[str, JSON]:
    """The merged answer of all that answer; the last one's SandboxUnavailable if none does."""
    found: list[tuple[Host, dict[str, JSON] | None]] = []
    problem: SandboxUnavailable | None = None
    for host in hosts:
        try:
            found.append((host, ask(host)))
        except SandboxUnavailable as error:
            host.failed()
            problem = error
            found.append((host, None))
    if problem is not None and all(stats is None for _, stats in found):
        raise problem
    return merged(found) if len(found) > 1 else found[0][1] or {}

"""Which packages are there, being installed or failed; builds in the background and collects what nobody uses."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sandboxes.errors import InvalidExecution, RuntimeMissing
from sandboxes.languages import LANGUAGES
from sandboxes.packages.images import BuildFailed, Images, Kept
from sandboxes.packages.recipes import recipe
from sandboxes.packages.requirements import key_of, normalised

logger = logging.getLogger(__name__)

_BUILDERS: Final = 2  # installations at the same time
_WAITING: Final = 50  # installations that wait; more are refused
_FAILURE_SECONDS: Final = 30.0  # a failure counts for so long; then the next script tries again
_UNUSED_SECONDS: Final = 30 * 24 * 3600.0
_IN_USE_SECONDS: Final = 600.0  # whatever is needed, what was used this lately stays
_LOG_LINES: Final = 400
_SHOWN: Final = 50  # entries that `facts` tells of
_SHOWN_LOG: Final = 6000  # characters of a log
_SHOWN_SECONDS: Final = 3600.0  # for which it is shown after an installation went well


class State(StrEnum):
    """How far a set of packages is."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


@dataclass(eq=False)
class Entry:
    """One set of packages of one language."""

    key: str
    language: str
    packages: tuple[str, ...]
    state: State
    base: str = ""
    image: str = ""
    size: int = 0
    created_at: float = 0.0
    used_at: float = 0.0
    failed_at: float = 0.0
    reason: str = ""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=_LOG_LINES))
    logged: int = 0  # lines so far, those that the log has dropped included
    organizations: set[str] = field(default_factory=set)
    told: dict[str, int] = field(default_factory=dict)  # job → how many lines of the log it has heard

    def add(self, line: str) -> None:
        """Adds a line to the log."""
        self.log.append(line[:500])
        self.logged += 1

    def lines_since(self, number: int) -> list[str]:
        """The lines of the log that came after the first `number`."""
        new = self.logged - number
        return list(self.log)[-new:] if new > 0 else []


class Packages:
    """All sets of packages of one host."""

    def __init__(self, images: Images, *, most_bytes: int, on_built: Callable[[bool], None] = lambda _: None) -> None:
        self._images = images
        self._most_bytes = most_bytes
        self._on_built = on_built
        self._entries: dict[str, Entry] = {}
        self._queue: deque[Entry] = deque()
        self._lock = threading.Condition()
        self._stopping = False

    def start(self) -> None:
        """Looks at what is there and begins to build what is asked for."""
        for kept in self._images.kept():
            self._take_in(kept)
        self._collect()
        for _ in range(_BUILDERS):
            threading.Thread(target=self._work, daemon=True, name="packages").start()

    def stop(self) -> None:
        """Ends builds."""
        with self._lock:
            self._stopping = True
            self._lock.notify_all()

    def _take_in(self, kept: Kept) -> None:
        for key in kept.wishes:
            self._entries[key] = Entry(
                key=key,
                language=kept.language,
                packages=kept.packages,
                state=State.READY,
                image=kept.image,
                size=kept.size,
                created_at=kept.created,
                used_at=kept.created,
            )

    def want(self, language: str, packages: Iterable[str], *, organization: str) -> Entry:
        """The entry of these packages, whose installation begins now if it must. Raises InvalidExecution."""
        try:
            wishes = normalised(language, packages)
        except ValueError as error:
            raise InvalidExecution(str(error)) from error
        base = self._images.base(LANGUAGES[language].image)
        if base is None:
            raise RuntimeMissing(LANGUAGES[language].missing)
        key = key_of(language, wishes, base=base)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or self._is_stale(entry):
                entry = self._enqueue(Entry(key, language, wishes, State.WAITING, base=base))
            entry.used_at = time.time()
            entry.organizations.add(organization)
            return entry

    def _is_stale(self, entry: Entry) -> bool:
        if entry.state is State.READY:
            return self._images.base(entry.image) is None  # somebody removed it
        return entry.state is State.FAILED and time.time() > entry.failed_at + _FAILURE_SECONDS

    def _enqueue(self, entry: Entry) -> Entry:
        if len(self._queue) >= _WAITING:
            raise InvalidExecution("Too many packages wait to be installed. Try again later.")
        self._entries[entry.key] = entry
        self._queue.append(entry)
        self._lock.notify()
        return entry

    def _work(self) -> None:
        while True:
            with self._lock:
                while not self._queue and not self._stopping:
                    self._lock.wait()
                if self._stopping:
                    return
                entry = self._queue.popleft()
                entry.state = State.BUILDING
            self._build(entry)
            self._collect()

    def _build(self, entry: Entry) -> None:
        try:
            entry.image = self._images.build(
                recipe(entry.language, entry.packages),
                wish=entry.key,
                language=entry.language,
                base=entry.base,
                packages=entry.packages,
                log=entry.add,
                stopped=lambda: self._stopping,
            )
        except BuildFailed as error:
            entry.reason, entry.failed_at, entry.state = str(error), time.time(), State.FAILED
        except Exception as error:
            # The thread must live on: without it no packages would ever be installed again.
            logger.exception("packages could not be installed", extra={"packages": entry.packages})
            entry.reason, entry.failed_at, entry.state = f"Internal fault: {error}", time.time(), State.FAILED
        else:
            sizes = {kept.image: kept.size for kept in self._images.kept()}
            entry.size, entry.created_at = sizes.get(entry.image, 0), time.time()
            entry.state = State.READY
        self._on_built(entry.state is State.READY)

    def _collect(self) -> None:
        """Removes what has not been used for long, and the longest unused while all together is too large."""
        with self._lock:
            used = {entry.image: entry.used_at for entry in self._entries.values() if entry.state is State.READY}
        kept = sorted(self._images.kept(), key=lambda item: used.get(item.image, item.created))
        total = sum(item.size for item in kept)
        for item in kept:
            last = used.get(item.image, item.created)
            now = time.time()
            if last > now - _IN_USE_SECONDS or (total <= self._most_bytes and last > now - _UNUSED_SECONDS):
                break
            self._images.remove(item)
            total -= item.size
            with self._lock:
                for key in [key for key, entry in self._entries.items() if entry.image == item.image]:
                    del self._entries[key]

    def facts(self) -> list[dict[str, object]]:
        """All entries, the last used first, for people to see."""
        with self._lock:
            entries = sorted(self._entries.values(), key=lambda entry: entry.used_at, reverse=True)[:_SHOWN]
        return [_shown(entry) for entry in entries]


def _shown(entry: Entry) -> dict[str, object]:
    is_news = entry.state is not State.READY or time.time() < entry.created_at + _SHOWN_SECONDS
    return {
        "id": entry.key,
        "language": entry.language,
        "packages": list(entry.packages),
        "state": entry.state.value,
        "reason": entry.reason,
        "log": "\n".join(entry.log)[-_SHOWN_LOG:] if is_news else "",
        "size": entry.size,
        "created_at": entry.created_at or None,
        "used_at": entry.used_at or None,
        "organizations": sorted(entry.organizations),
    }

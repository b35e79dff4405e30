"""What every way of walling a script in offers to the runner."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandboxes.languages.base import Language
from sandboxes.model import JSON, Execution, Status, Stream
from sandboxes.results import Exit

SCRATCH: Final = "/tmp"  # noqa: S108 - inside the sandbox, where nobody else is


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of what a script printed."""

    stream: Stream
    data: bytes


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that the script went over, as its watchdog saw it."""

    status: Status
    message: str


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a language can run here: its version, or what to do."""

    available: bool
    detail: str


class Sandbox(ABC):
    """One started interpreter that waits for its frame; used for one execution only."""

    @abstractmethod
    def send(self, frame: bytes) -> None:
        """Writes the frame and closes the script's stdin, without waiting for it to be read."""

    @abstractmethod
    def read(self, *, timeout: float) -> list[Chunk]:
        """What was printed since the last call; waits up to `timeout` seconds for the first piece."""

    @abstractmethod
    def ended(self) -> Exit | None:
        """How the script's process ended, or None while it runs."""

    @abstractmethod
    def breach(self) -> Breach | None:
        """The limit that was broken, for limits that the host itself watches."""

    @abstractmethod
    def breach_at_deadline(self) -> Breach | None:
        """The limit that is being broken right now, asked once of a script whose time is up."""

    @abstractmethod
    def close(self) -> None:
        """Ends everything that the script started and removes every trace; bounded in time, never raises."""


class WaitingSandbox(Sandbox):
    """A sandbox that may wait long for its frame."""

    @abstractmethod
    def waits(self) -> bool:
        """True while it is there and has not said a word."""


class Runtime(ABC):
    """A way to wall scripts in."""

    name: str
    max_running: int | None = None  # more sandboxes than this at once are impossible

    @abstractmethod
    def start(self, execution: Execution, language: Language) -> Sandbox:
        """Starts a sandbox for the execution; RuntimeMissing when there is no interpreter."""

    @abstractmethod
    def languages(self) -> Mapping[str, Availability]:
        """Every language, with its version or how to get it."""

    @abstractmethod
    def reap(self, *, all_of_mine: bool = False) -> int:
        """Removes what outlived its deadline or its service (with `all_of_mine`, an earlier life of this one)."""

    def facts(self) -> Mapping[str, JSON]:
        """What else is worth knowing, for `stats`; numbers below `pool` become metrics."""
        return {}

    def warm(self) -> None:  # noqa: B027 - most have nothing to keep ready
        """Starts to keep sandboxes ready, where that is possible; called once by the service."""

    def cool(self) -> None:  # noqa: B027 - most keep nothing ready
        """Ends what `warm` began."""

    def release(self, job: str) -> None:  # noqa: B027 - most keep nothing for a job
        """Ends what is kept for the steps of a job, which has ended."""

"""Runs scripts by asking the sandbox service."""

from __future__ import annotations

import contextlib
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Self

from sandboxes import wire
from sandboxes.errors import SandboxBusy, SandboxUnavailable
from sandboxes.hosts import Host, Hosts, ask_all
from sandboxes.model import JSON, Execution, LogLine, Outcome, Status

__all__ = ["SandboxClient", "SandboxUnavailable"]

_CONNECT: Final = 5.0  # seconds
_SILENCE: Final = 30.0  # seconds without a sign of life (one comes every few) after which the service counts as gone
_LOOK_EVERY: Final = 0.1  # seconds between questions whether to cancel
_JOBS: Final = 10_000
_RELEASE_PATIENCE: Final = 1.0  # seconds
_CANCEL_PATIENCE: Final = 4.0  # seconds in which a cancelled execution has to end


class SandboxClient:
    """A client of one or several sandbox services; may be shared by threads: every call has its own connection."""

    def __init__(self, urls: str) -> None:
        self._hosts = Hosts(urls)
        self._sharing: OrderedDict[str, bool] = OrderedDict()  # jobs for which a service may keep something

    def run(self, execution: Execution, *, on_log: Callable[[LogLine], None], cancelled: Callable[[], bool]) -> Outcome:
        """Runs the code to its end where there is least to do; goes on to another host while one is down or full.

        SandboxUnavailable if all are, or if the one that runs the code goes away meanwhile.
        """
        if execution.tier == "job":
            self._sharing[execution.job] = True
            while len(self._sharing) > _JOBS:  # their containers end by themselves when nobody uses them
                self._sharing.popitem(last=False)
        problem = SandboxUnavailable("There is no sandbox service.")
        for host in self._hosts.ranked(execution):
            try:
                return _run_at(host, execution, on_log=on_log, cancelled=cancelled)
            except SandboxBusy as error:
                problem = error
        raise problem

    def release(self, job: str) -> None:
        """Says that the job has ended, so that nothing is kept for its steps; no harm if a service does not hear it."""
        if self._sharing.pop(job, None) is None:
            return
        for host in self._hosts.all:
            with contextlib.suppress(SandboxUnavailable), _Connection(host.address) as connection:
                connection.send({"type": "release", "job": job})
                connection.next(timeout=_RELEASE_PATIENCE)

    def stats(self) -> dict[str, JSON]:
        """The isolation in force and why it is not better, the languages that can run, and how busy the service is."""
        return ask_all(self._hosts.all, _stats)


def _run_at(
    host: Host, execution: Execution, *, on_log: Callable[[LogLine], None], cancelled: Callable[[], bool]
) -> Outcome:
    """Raises SandboxBusy when nothing was started there, so that another host may be asked."""
    with contextlib.ExitStack() as stack:
        try:
            connection = stack.enter_context(_Connection(host.address))
            connection.send({"type": "run", "execution": execution.to_json()})
        except SandboxUnavailable as error:
            host.failed()
            raise SandboxBusy(str(error)) from error
        return _converse(connection, on_log=on_log, cancelled=cancelled)


def _converse(connection: _Connection, *, on_log: Callable[[LogLine], None], cancelled: Callable[[], bool]) -> Outcome:
    cancelled_at: float | None = None
    while True:
        message = connection.next(timeout=_LOOK_EVERY)
        kind = message.get("type") if message is not None else None
        if message is not None and kind == "result":
            return Outcome.from_json(message["outcome"])
        if message is not None and kind == "busy":
            raise SandboxBusy(str(message.get("reason")))
        if message is not None and kind == "log":
            for stream, text, at in message["lines"]:
                on_log(LogLine(stream=stream, text=text, at=at))
        elif cancelled_at is None and cancelled():
            cancelled_at = time.monotonic()
            connection.send({"type": "cancel"})
        elif cancelled_at is not None and time.monotonic() > cancelled_at + _CANCEL_PATIENCE:
            return Outcome(status=Status.CANCELLED, message="The script was cancelled.")


def _stats(host: Host) -> dict[str, JSON]:
    with _Connection(host.address) as connection:
        connection.send({"type": "stats"})
        message = connection.next(timeout=_SILENCE)
        if message is None or "stats" not in message:
            raise SandboxUnavailable("The sandbox service does not answer.")
        stats: dict[str, JSON] = message["stats"]
        return stats


class _Connection:
    """One conversation, in which every fault means that the service is unavailable."""

    def __init__(self, address: wire.Address) -> None:
        self._address = address
        self._heard = time.monotonic()

    def __enter__(self) -> Self:
        self._socket: socket.socket = self._address.connect(timeout=_CONNECT)
        self._socket.settimeout(_SILENCE)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()

    def send(self, message: dict[str, JSON]) -> None:
        """Writes a message."""
        try:
            wire.send(self._socket, message)
        except OSError as error:
            raise SandboxUnavailable("The sandbox service closed the connection.") from error

    def next(self, *, timeout: float) -> dict[str, JSON] | None:
        """The next message, or None if none came in time."""
        try:
            if wire.waiting(self._socket, timeout=timeout):
                self._heard = time.monotonic()
                return wire.receive(self._socket)
        except OSError as error:
            raise SandboxUnavailable("The sandbox service went away while the script ran.") from error
        if time.monotonic() > self._heard + _SILENCE:
            raise SandboxUnavailable(f"The sandbox service has been silent for {_SILENCE:.0f} seconds.")
        return None

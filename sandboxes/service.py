"""The sandbox service: the only process that talks to the container engine, and the parent of everything that runs."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import hmac
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from sandboxes import wire
from sandboxes.errors import SandboxError
from sandboxes.languages import LANGUAGES
from sandboxes.model import JSON, Execution, LogLine, Outcome, Status
from sandboxes.runner import run
from sandboxes.runtimes import KINDS, Choice, Kind, choose

_log = logging.getLogger(__name__)

_MAX_QUEUED: Final = 256
_ALIVE_EVERY: Final = 5.0  # seconds between signs of life to a waiting client
_REAP_EVERY: Final = 30.0  # seconds
_SEND_PATIENCE: Final = 10.0  # seconds that a client may take to read before it counts as gone
_STOP_PATIENCE: Final = 8.0  # seconds for everything that runs to be ended


def serve(url: str, *, kind: Kind = "auto", max_running: int | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then ends everything that runs."""
    address = wire.Address.parse(url)
    choice = choose(kind, service=_identity(url))
    service = Service(choice, address, max_running=max_running)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    with _listening(address) as listener:
        _log.info("sandbox service ready", extra={"isolation": choice.runtime.name, "reason": choice.reason})
        service.serve(listener)


def _identity(url: str) -> str:
    """Marks what this service starts, so that its next life can remove what the last one left."""
    return hashlib.sha256(f"{socket.gethostname()} {url}".encode()).hexdigest()[:16]


@contextlib.contextmanager
def _listening(address: wire.Address) -> Iterator[socket.socket]:
    if not address.path:
        with socket.create_server((address.host, address.port)) as listener:
            yield listener
        return
    _refuse_second(address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        before = os.umask(0o177)  # the socket is born with mode 0600: whoever can write to it can run code
        try:
            listener.bind(address.path)
        finally:
            os.umask(before)
        listener.listen(128)
        try:
            yield listener
        finally:
            Path(address.path).unlink(missing_ok=True)


def _refuse_second(address: wire.Address) -> None:
    """Removes the socket of a service that died, but not of one that lives."""
    path = Path(address.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        return
    with contextlib.suppress(SandboxError):
        address.connect(timeout=1).close()
        raise SystemExit(f"A sandbox service is already listening at {path}.")
    path.unlink()


class Service:
    """Accepts connections and runs one execution for each, a limited number at a time."""

    def __init__(self, choice: Choice, address: wire.Address, *, max_running: int | None = None) -> None:
        self._choice, self._address = choice, address
        wished = max_running or max(4, 2 * (os.cpu_count() or 1))
        self._max_running = min(wished, choice.runtime.max_running or wished)
        self._slots = threading.BoundedSemaphore(self._max_running)
        self._count = threading.Lock()
        self._running = self._queued = 0
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Begins the end; `serve` returns once everything has been ended."""
        self._stopping.set()

    def serve(self, listener: socket.socket) -> None:
        """Accepts until stopped."""
        self._choice.runtime.reap(all_of_mine=True)
        threading.Thread(target=self._reap, daemon=True).start()
        while not self._stopping.is_set():
            if wire.waiting(listener, timeout=0.2):
                connection, _ = listener.accept()
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()
        deadline = time.monotonic() + _STOP_PATIENCE
        while self._running + self._queued and time.monotonic() < deadline:
            time.sleep(0.05)
        self._choice.runtime.reap(all_of_mine=True)

    def _reap(self) -> None:
        while not self._stopping.wait(_REAP_EVERY):
            count = self._choice.runtime.reap()
            if count:
                _log.warning("removed sandboxes past their deadline", extra={"count": count})

    def _converse(self, connection: socket.socket) -> None:
        """One connection, whose faults concern nobody else."""
        with connection, contextlib.suppress(OSError, KeyError, TypeError):
            connection.settimeout(_SEND_PATIENCE)
            if not self._trusted(connection):
                return
            message = wire.receive(connection)
            if message["type"] == "stats":
                wire.send(connection, {"type": "stats", "stats": self.stats()})
            elif message["type"] == "run":
                outcome = self._run(Execution.from_json(message["execution"]), _Listener(connection, self._stopping))
                wire.send(connection, {"type": "result", "outcome": outcome.to_json()})

    def _trusted(self, connection: socket.socket) -> bool:
        if not self._address.key:
            return True  # the Unix socket's mode says who may
        nonce = secrets.token_hex(16)
        wire.send(connection, {"type": "challenge", "nonce": nonce})
        return hmac.compare_digest(str(wire.receive(connection).get("proof")), self._address.prove(nonce))

    def _run(self, execution: Execution, listener: _Listener) -> Outcome:
        if not self._wait_for_slot(listener):
            return self._unstarted()
        try:
            outcome = run(execution, self._choice.runtime, on_log=listener.log, cancelled=listener.cancelled)
            listener.flush()
        finally:
            with self._count:
                self._running -= 1
            self._slots.release()
        if outcome.status is Status.CANCELLED and self._stopping.is_set():
            return replace(outcome, status=Status.LOST, message="The sandbox service was stopped.")
        return outcome

    def _wait_for_slot(self, listener: _Listener) -> bool:
        with self._count:
            if self._queued >= _MAX_QUEUED:
                return False
            self._queued += 1
        taken = False
        try:
            while not taken and not listener.cancelled():
                taken = self._slots.acquire(timeout=0.1)
        finally:
            with self._count:
                self._queued -= 1
                self._running += taken
        return taken

    def _unstarted(self) -> Outcome:
        if self._queued >= _MAX_QUEUED:
            return Outcome(status=Status.LOST, message="Too many scripts are waiting for a sandbox.")
        if self._stopping.is_set():
            return Outcome(status=Status.LOST, message="The sandbox service was stopped.")
        return Outcome(status=Status.CANCELLED, message="The script was cancelled before it started.")

    def stats(self) -> dict[str, JSON]:
        """What `SandboxClient.stats` returns."""
        languages = self._choice.runtime.languages()
        return {
            "isolation": self._choice.runtime.name,
            "reason": self._choice.reason,
            "languages": {
                name: {"title": LANGUAGES[name].title, "available": found.available, "detail": found.detail}
                for name, found in languages.items()
            },
            "running": self._running,
            "queued": self._queued,
            "max_running": self._max_running,
        }


class _Listener:
    """The client of one execution: takes the log in batches, and cancels by a word or by going away."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection, self._stopping = connection, stopping
        self._lines: list[tuple[str, str, float]] = []
        self._gone = False
        self._spoke = time.monotonic()

    def log(self, line: LogLine) -> None:
        """Keeps a line for the next batch."""
        self._lines.append((line.stream, line.text, line.at))

    def flush(self) -> None:
        """Sends the batch, or a sign of life if it has been silent here for long."""
        lines, self._lines = self._lines, []
        if lines:
            self._send({"type": "log", "lines": lines})
        elif time.monotonic() > self._spoke + _ALIVE_EVERY:
            self._send({"type": "alive"})

    def _send(self, message: dict[str, JSON]) -> None:
        try:
            wire.send(self._connection, message)
            self._spoke = time.monotonic()
        except OSError:
            self._gone = True

    def cancelled(self) -> bool:
        """True once the client cancelled or went away, or the service is stopping; asked many times a second."""
        self.flush()
        if not self._gone and wire.waiting(self._connection):
            try:
                self._gone = wire.receive(self._connection).get("type") == "cancel"
            except OSError:
                self._gone = True
        return self._gone or self._stopping.is_set()


def main(arguments: list[str]) -> None:
    """The command line of `python -m sandboxes.service`."""
    parser = argparse.ArgumentParser(prog="python -m sandboxes.service", description=__doc__)
    parser.add_argument("url", help="unix:///path or tcp://host:port?key=…")
    parser.add_argument("--kind", choices=KINDS, default="auto")
    parser.add_argument("--max-running", type=int, default=None)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        serve(options.url, kind=options.kind, max_running=options.max_running)
    except SandboxError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main(sys.argv[1:])

"""The sandbox service: the only process that talks to the container engine, and the parent of everything that runs."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import hmac
import logging
import os
import re
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sandboxes import limits, wire
from sandboxes.budget import Budget
from sandboxes.egress.proxy import Judge
from sandboxes.errors import SandboxBusy, SandboxError
from sandboxes.languages import LANGUAGES
from sandboxes.listener import Listener
from sandboxes.metrics import Metrics
from sandboxes.model import JSON, Execution, Outcome, Status
from sandboxes.queueing import Turnstile
from sandboxes.runtimes import KINDS, Choice, Kind, choose
from sandboxes.surroundings import Surroundings

_log = logging.getLogger(__name__)

_WARM_AFTER: Final = 1.0  # seconds
_REAP_EVERY: Final = 30.0  # seconds
_SEND_PATIENCE: Final = 10.0  # seconds that a client may take to read before it counts as gone
_STOP_PATIENCE: Final = 8.0  # seconds for everything that runs to be ended


def serve(
    url: str,
    *,
    kind: Kind = "auto",
    max_running: int | None = None,
    walls_only: bool = False,
    judge: Judge | None = None,
) -> None:
    """Serves until SIGTERM or SIGINT, then ends everything that runs.

    `walls_only`: as `runtimes.choose` has it. `judge`: decides what scripts with `network` reach; without, nothing.
    """
    address = wire.Address.parse(url)
    choice = choose(kind, service=identity(url), walls_only=walls_only)
    service = Service(choice, address, max_running=max_running, judge=judge)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    with _listening(address) as listener:
        _log.info("sandbox service ready", extra={"isolation": choice.runtime.name, "reason": choice.reason})
        service.serve(listener)


def identity(url: str) -> str:
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
        listener.listen(1024)
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

    def __init__(
        self,
        choice: Choice,
        address: wire.Address,
        *,
        max_running: int | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._choice, self._address = choice, address
        wished = max_running or max(4, 2 * (os.cpu_count() or 1))
        slots = min(wished, choice.runtime.max_running or wished)
        self._turnstile = Turnstile(slots=slots, queue=limits.QUEUED)
        self._budget = Budget(limits.QUEUED_BYTES)
        self._connections = threading.BoundedSemaphore(limits.CONNECTIONS)
        self._metrics = Metrics()
        self._around = Surroundings(choice.runtime, judge=judge, metrics=self._metrics)
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Begins the end; `serve` returns once everything has been ended."""
        self._stopping.set()

    def serve(self, listener: socket.socket) -> None:
        """Accepts until stopped."""
        self._choice.runtime.reap(all_of_mine=True)
        threading.Thread(target=self._reap, daemon=True).start()
        self._around.start()
        warming = threading.Thread(target=self._warm, daemon=True)
        warming.start()
        while not self._stopping.is_set():
            if wire.waiting(listener, timeout=0.2):
                self._accept(listener)
        deadline = time.monotonic() + _STOP_PATIENCE
        while self._turnstile.running + self._turnstile.queued and time.monotonic() < deadline:
            time.sleep(0.05)
        self._around.stop()
        warming.join(_STOP_PATIENCE)  # what it is just making would be left behind
        self._choice.runtime.cool()
        self._choice.runtime.reap(all_of_mine=True)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        if self._connections.acquire(blocking=False):
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()
            return
        self._metrics.count("refused")
        with connection, contextlib.suppress(OSError):
            wire.send(connection, {"type": "busy", "reason": "The sandbox service has too many connections."})

    def _warm(self) -> None:
        """A moment later, when everything that starts together with this service has started."""
        if not self._stopping.wait(_WARM_AFTER):
            self._choice.runtime.warm()

    def _reap(self) -> None:
        while not self._stopping.wait(_REAP_EVERY):
            self._around.idle()
            count = self._choice.runtime.reap()
            self._metrics.count("reaped", count)
            if count:
                _log.warning("removed sandboxes past their deadline", extra={"count": count})

    def _converse(self, connection: socket.socket) -> None:
        """One connection, whose faults concern nobody else."""
        try:
            with connection, contextlib.suppress(OSError, KeyError, TypeError), self._budget.account() as admit:
                connection.settimeout(_SEND_PATIENCE)
                if self._trusted(connection):
                    self._answer(connection, admit)
        finally:
            self._connections.release()

    def _answer(self, connection: socket.socket, admit: Callable[[int], None]) -> None:
        try:
            message = wire.receive(connection, admit=admit)
            if message["type"] == "stats":
                answer: dict[str, JSON] = {"type": "stats", "stats": self.stats()}
            elif message["type"] == "load":
                answer = {"type": "load", **self._load()}
            elif message["type"] == "release":
                self._choice.runtime.release(str(message["job"]))
                answer = {"type": "released"}
            elif message["type"] == "run":
                outcome = self._run(Execution.from_json(message["execution"]), Listener(connection, self._stopping))
                answer = {"type": "result", "outcome": outcome.to_json()}
            else:
                return
        except SandboxBusy as error:
            self._metrics.count("refused")
            answer = {"type": "busy", "reason": str(error)}
        wire.send(connection, answer)

    def _trusted(self, connection: socket.socket) -> bool:
        if not self._address.key:
            return True  # the Unix socket's mode says who may
        nonce = secrets.token_hex(16)
        wire.send(connection, {"type": "challenge", "nonce": nonce})
        return hmac.compare_digest(str(wire.receive(connection).get("proof")), self._address.prove(nonce))

    def _run(self, execution: Execution, listener: Listener) -> Outcome:
        """Waits for a turn, and runs it. Raises SandboxBusy when too many wait."""
        prepared = self._around.prepare(execution, on_log=listener.log, gone=listener.cancelled)
        if isinstance(prepared, Outcome):
            listener.flush()
            return prepared
        execution = prepared
        came = time.monotonic()
        ticket = self._turnstile.enter(execution.organization, execution.job, gone=listener.cancelled)
        if ticket is None:
            return self._unstarted()
        self._metrics.waited(time.monotonic() - came)
        try:
            outcome = self._around.run(execution, on_log=listener.log, cancelled=listener.cancelled)
            listener.flush()
        finally:
            self._turnstile.leave(ticket)
        if outcome.status is Status.CANCELLED and self._stopping.is_set():
            outcome = replace(outcome, status=Status.LOST, message="The sandbox service was stopped.")
        self._metrics.ended(execution.language, outcome)
        return outcome

    def _unstarted(self) -> Outcome:
        if self._stopping.is_set():
            return Outcome(status=Status.LOST, message="The sandbox service was stopped.")
        return Outcome(status=Status.CANCELLED, message="The script was cancelled before it started.")

    def _load(self) -> dict[str, int]:
        """How busy the service is; asked often."""
        turnstile = self._turnstile
        return {"running": turnstile.running, "queued": turnstile.queued, "max_running": turnstile.slots}

    def stats(self) -> dict[str, JSON]:
        """What `SandboxClient.stats` returns."""
        languages, facts, load = self._choice.runtime.languages(), self._choice.runtime.facts(), self._load()
        gauges = {**load, "held_bytes": self._budget.used, **_numbers("pool", facts.get("pool"))}
        return {
            "isolation": self._choice.runtime.name,
            "reason": self._choice.reason,
            "languages": {
                name: {"title": LANGUAGES[name].title, "available": found.available, "detail": found.detail}
                for name, found in languages.items()
            },
            **load,
            **facts,
            **self._around.facts(),
            "metrics": self._metrics.snapshot(),
            "prometheus": self._metrics.text(gauges),
        }


def _numbers(name: str, value: JSON) -> dict[str, float]:
    """The numbers at any depth, each under its path."""
    if isinstance(value, bool) or value is None:
        return {}
    if isinstance(value, Mapping):
        inner = (_numbers(re.sub(r"\W", "_", f"{name}_{key}"), value[key]) for key in value)
        return {path: number for numbers in inner for path, number in numbers.items()}
    return {name: float(value)} if isinstance(value, int | float) else {}


def main(arguments: list[str]) -> None:
    """The command line of `python -m sandboxes.service`."""
    parser = argparse.ArgumentParser(prog="python -m sandboxes.service", description=__doc__)
    parser.add_argument("url", help="unix:///path or tcp://host:port?key=…")
    parser.add_argument("--kind", choices=KINDS, default="auto")
    parser.add_argument("--max-running", type=int, default=None)
    parser.add_argument("--walls-only", action="store_true", help="auto: rather run nothing than plain processes")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        serve(options.url, kind=options.kind, max_running=options.max_running, walls_only=options.walls_only)
    except SandboxError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main(sys.argv[1:])

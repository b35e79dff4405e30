"""What a script finds around it besides its sandbox: packages, and a way to the network."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sandboxes.egress.hints import with_hint
from sandboxes.egress.proxy import Judge
from sandboxes.egress.ways import ContainerWays, Ways
from sandboxes.errors import NoWayOut
from sandboxes.metrics import Metrics
from sandboxes.model import JSON, Execution, LogLine, Outcome, Status
from sandboxes.packages.gate import with_packages
from sandboxes.packages.images import Images
from sandboxes.packages.store import Packages
from sandboxes.runner import Cancelled, OnLog, run
from sandboxes.runtimes.base import Runtime
from sandboxes.runtimes.docker import Containers

_PACKAGES_MB: Final = 10_000
_NO_JUDGE: Final = "Network access is not possible here: this service was started without an egress guard."
_NOTE: Final = (
    "Network: this host runs scripts {wall}, where the egress guard holds for programs that heed HTTP_PROXY, and for "
    "nothing else"
)
_WALLS: Final = {"bubblewrap": "in bubblewrap", "process": "as plain processes"}


class Surroundings:
    """The packages and the network of one service's scripts."""

    def __init__(self, runtime: Runtime, *, judge: Judge | None, metrics: Metrics) -> None:
        self._runtime, self._metrics = runtime, metrics
        self._packages = _packages(runtime, metrics)
        self._ways = None if judge is None else _ways(runtime, judge)

    def start(self) -> None:
        """Looks at what is there, and opens the proxy."""
        if self._packages is not None:
            self._packages.start()
        if self._ways is not None:
            self._ways.start()

    def stop(self) -> None:
        """Ends builds and connections."""
        if self._packages is not None:
            self._packages.stop()
        if self._ways is not None:
            self._ways.stop()

    def idle(self) -> None:
        """Now and then: lets go of what nobody uses."""
        if self._ways is not None:
            self._ways.idle()

    def facts(self) -> dict[str, JSON]:
        """For `stats`."""
        network = {"available": self._ways is not None, "enforced": self._ways is not None and self._ways.enforced}
        return {"packages": [] if self._packages is None else self._packages.facts(), "network": network}

    def prepare(self, execution: Execution, *, on_log: OnLog, gone: Cancelled) -> Execution | Outcome:
        """Waits for the packages; before the execution takes anybody's turn."""
        return with_packages(execution, self._packages, on_log=on_log, gone=gone)

    def run(self, execution: Execution, *, on_log: OnLog, cancelled: Cancelled) -> Outcome:
        """Runs it, with a way out if it is to have one."""
        if not execution.network:
            return with_hint(execution, run(execution, self._runtime, on_log=on_log, cancelled=cancelled))
        try:
            return self._run_with_network(execution, on_log=on_log, cancelled=cancelled)
        except NoWayOut as error:
            return Outcome(status=Status.UNAVAILABLE, message=str(error), isolation=self._runtime.name)

    def _run_with_network(self, execution: Execution, *, on_log: OnLog, cancelled: Cancelled) -> Outcome:
        if self._ways is None:
            raise NoWayOut(_NO_JUDGE)
        passage = self._ways.open(execution, say=_speaker(on_log))
        try:
            outcome = run(passage.execution, self._runtime, on_log=on_log, cancelled=cancelled)
        finally:
            passage.close()
        account = passage.account
        self._metrics.count("egress_bytes", sum(entry["sent"] + entry["received"] for entry in account.as_json()))
        self._metrics.count("egress_refused", len(account.refusals()))
        outcome = replace(outcome, network=tuple(account.as_json()))
        return with_hint(execution, outcome, refusals=account.refusals())


def _speaker(on_log: OnLog) -> Callable[[str], None]:
    return lambda text: on_log(LogLine(stream="stdout", text=text, at=time.time()))


def _packages(runtime: Runtime, metrics: Metrics) -> Packages | None:
    if not isinstance(runtime, Containers):
        return None
    images = Images(runtime.client, labels=runtime.labels)
    most = int(os.environ.get("STEPGRAPH_SANDBOX_PACKAGES_MB", "") or _PACKAGES_MB) * 1024 * 1024
    return Packages(images, most_bytes=most, on_built=lambda ok: metrics.count("builds_ok" if ok else "builds_failed"))


def _ways(runtime: Runtime, judge: Judge) -> Ways:
    if isinstance(runtime, Containers):
        return ContainerWays(judge, runtime.client, labels=runtime.labels)
    return Ways(judge, note=_NOTE.format(wall=_WALLS.get(runtime.name, "without a wall")))

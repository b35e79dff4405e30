"""Ways to wall a script in, best first: containers, namespaces, plain processes. Chosen when the service starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sandboxes.errors import SandboxError
from sandboxes.runtimes.base import Runtime
from sandboxes.runtimes.bubblewrap import Bubblewrap
from sandboxes.runtimes.docker import Containers
from sandboxes.runtimes.process import PlainProcesses
from sandboxes.runtimes.refused import Refused

Kind: TypeAlias = Literal["auto", "docker", "bubblewrap", "process"]
KINDS: Final[tuple[Kind, ...]] = ("auto", "docker", "bubblewrap", "process")


@dataclass(frozen=True, slots=True)
class Choice:
    """The runtime in force, and why it is not a better one (empty when it is the best)."""

    runtime: Runtime
    reason: str


def choose(kind: Kind, *, service: str, walls_only: bool = False) -> Choice:
    """The runtime asked for, or for `auto` the best that works here: with `walls_only` never plain processes."""
    if kind == "process":
        return Choice(PlainProcesses(service), _warning("it was chosen", wall="without isolation"))
    if kind == "bubblewrap":
        return _bubblewrap(service, reason="it was chosen")
    containers = Containers(service)
    reason = containers.works()
    if not reason:
        return Choice(containers, "")
    if kind == "docker":
        raise SandboxError(f"Docker cannot be used: {reason}. Start it, or run `manage.py sandbox build`.")
    try:
        return _bubblewrap(service, reason=reason)
    except SandboxError as error:
        if walls_only:
            return _refused(f"{reason}, and {error}")
        return Choice(PlainProcesses(service), _warning(f"{reason}, and {error}", wall="without isolation"))


def _refused(reason: str) -> Choice:
    """In production nobody should find out by accident that scripts ran behind no wall."""
    text = (
        f"Scripts do not run here: {reason}. Install Docker, run `manage.py sandbox build`, and restart; "
        "or set STEPGRAPH_SANDBOX=process to run them without isolation."
    )
    return Choice(Refused(text), text)


def _bubblewrap(service: str, *, reason: str) -> Choice:
    runtime = Bubblewrap(service)
    fault = runtime.works()
    if fault:
        raise SandboxError(fault)
    return Choice(runtime, _warning(reason, wall="in bubblewrap instead of containers"))


def _warning(reason: str, *, wall: str) -> str:
    advice = "Install Docker, run `manage.py sandbox build`, and restart to isolate them fully."
    return f"Scripts run {wall}: {reason}. {advice}"

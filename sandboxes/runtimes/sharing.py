"""Whether the steps of one job can have one container, each behind walls of its own inside: looked at, not assumed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from sandboxes import filter as filters
from sandboxes.errors import SandboxError
from sandboxes.languages.base import Language
from sandboxes.model import JSON, Execution, Outcome, Status
from sandboxes.runtimes.attached import ContainerSandbox
from sandboxes.runtimes.base import Availability, Runtime, Sandbox
from sandboxes.runtimes.box import Box
from sandboxes.runtimes.rooms import Rooms

_LOOK: Final = """
import ctypes, errno, os
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
libc = ctypes.CDLL(None, use_errno=True)
def refusal(result):
    return "" if result == 0 else errno.errorcode.get(ctypes.get_errno(), "")
found = {
    "capabilities": status["CapEff"] + status["CapPrm"] + status["CapBnd"],
    "filters": status.get("Seccomp_filters", "2"),
    "no_new_privileges": status["NoNewPrivs"],
    "unshare": refusal(libc.unshare(0x10000000)),
    "mount": refusal(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)),
    "others": [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (1, os.getpid())],
    "left": [name for name in os.listdir("/tmp") if not name.startswith(".sg")],
    "user": os.getuid(),
}
open("/tmp/left", "w").write("x")
if os.fork() == 0:
    os.setsid()
    import time
    time.sleep(60)
return found
"""
_WANTED: Final[dict[str, JSON]] = {
    "capabilities": "0" * 48,
    "filters": "2",
    "no_new_privileges": "1",
    "unshare": "EPERM",
    "mount": "EPERM",
    "others": [],
    "left": [],
    "user": 65532,
}


def possible(execution: Execution, language: Language) -> bool:
    """Whether this execution may: not with a network, which is one script's own, nor in an unknown image."""
    wished = execution.tier == "job" and bool(execution.job)
    return wished and language.exact and not execution.network and not execution.image


def fault(open_container: Callable[[Box], ContainerSandbox], *, image: str) -> str:
    """Why it cannot be done here; empty if it can. Two steps look around, the second for what the first left."""
    if not filters.program():
        return "there is no list of system calls for this kind of machine"
    runtime = _OneRoom(open_container, image=image)
    try:
        outcomes = [_look(runtime), _look(runtime)]
    except SandboxError as error:
        return str(error)
    finally:
        runtime.reap()
    return next((reason for reason in map(_reason, outcomes) if reason), "")


def _look(runtime: Runtime) -> Outcome:
    from sandboxes.runner import run  # the runner stands on the runtimes; here one of them looks at itself

    execution = Execution(id=uuid.uuid4().hex, language="python", code=_LOOK, timeout=15)
    return run(execution, runtime, on_log=lambda _: None, cancelled=lambda: False)


def _reason(outcome: Outcome) -> str:
    if outcome.status is not Status.OK or not isinstance(outcome.result, dict):
        return outcome.message or f"a step ended as {outcome.status}"
    wrong = [f"{key} = {outcome.result.get(key)}" for key, value in _WANTED.items() if outcome.result.get(key) != value]
    return f"the walls between steps do not hold: {', '.join(wrong)}" if wrong else ""


class _OneRoom(Runtime):
    """One container for all."""

    name = "docker"

    def __init__(self, open_container: Callable[[Box], ContainerSandbox], *, image: str) -> None:
        self._rooms, self._image = Rooms(open_container), image

    def start(self, execution: Execution, language: Language) -> Sandbox:
        """The one there is."""
        return self._rooms.enter("probe", Box.of(execution, image=self._image, many=True))

    def languages(self) -> dict[str, Availability]:
        """Nobody asks."""
        return {}

    def reap(self, *, all_of_mine: bool = False) -> int:
        """Ends it."""
        return self._rooms.sweep(everything=True)

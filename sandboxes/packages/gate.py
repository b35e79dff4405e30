"""Holds a script until its packages are there, and tells meanwhile how far they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sandboxes.errors import InvalidExecution, RuntimeMissing
from sandboxes.model import Execution, LogLine, Outcome, Status
from sandboxes.packages.store import Entry, Packages, State

_LOOK_EVERY: Final = 0.1  # seconds
_TAIL: Final = 2000  # characters of a failed installation's log in the error

NEEDS_DOCKER: Final = (
    "The script asks for packages, and these need Docker, which is not in use here. Install Docker, run "
    "`manage.py sandbox build` and restart; or install them for the interpreter of the sandbox host, name it in "
    "STEPGRAPH_SANDBOX_PYTHON or STEPGRAPH_SANDBOX_NODE, and remove them from the step."
)


def with_packages(
    execution: Execution,
    packages: Packages | None,
    *,
    on_log: Callable[[LogLine], None],
    gone: Callable[[], bool],
) -> Execution | Outcome:
    """The execution on an image with its packages, or how it ended without."""
    if not execution.packages:
        return execution
    if packages is None:
        return Outcome(status=Status.UNAVAILABLE, message=NEEDS_DOCKER)
    if execution.image:
        message = "A script with an image of its own takes no `packages`: put them into the image."
        return Outcome(status=Status.FAILED, message=message, error_type="InvalidExecution")
    try:
        entry = packages.want(execution.language, execution.packages, organization=execution.organization)
    except InvalidExecution as error:
        return Outcome(status=Status.FAILED, message=str(error), error_type="InvalidExecution")
    except RuntimeMissing as error:
        return Outcome(status=Status.UNAVAILABLE, message=str(error))
    if not _wait(entry, on_log=on_log, gone=gone):
        return Outcome(status=Status.CANCELLED, message="The script was cancelled before it started.")
    return replace(execution, layer=entry.image) if entry.state is State.READY else failed(entry)


def _wait(entry: Entry, *, on_log: Callable[[LogLine], None], gone: Callable[[], bool]) -> bool:
    """True once the entry is ready or failed, False when nobody waits any more; its log goes into the script's."""
    if entry.state is State.READY:
        return True
    say = _speaker(on_log)
    say(f"Installing {', '.join(entry.packages)} for {entry.language}; this happens once.")
    seen = 0
    while True:
        ended = entry.state in {State.READY, State.FAILED}  # before the log is read, so that its end is not missed
        for line in entry.lines_since(seen):
            say(f"  {line}")
            seen += 1
        if ended:
            return True
        if gone():
            return False
        time.sleep(_LOOK_EVERY)


def _speaker(on_log: Callable[[LogLine], None]) -> Callable[[str], None]:
    return lambda text: on_log(LogLine(stream="stdout", text=text, at=time.time()))


def failed(entry: Entry) -> Outcome:
    """The outcome of a script whose packages could not be installed."""
    message = f"The packages {', '.join(entry.packages)} could not be installed:\n{entry.reason[-_TAIL:]}"
    return Outcome(status=Status.UNAVAILABLE, message=message, error_type="packages")

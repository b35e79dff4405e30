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
    _wait(entry, execution, say=_speaker(on_log), gone=gone)
    if gone():
        return Outcome(status=Status.CANCELLED, message="The script was cancelled before it started.")
    if entry.state is State.READY:
        return replace(execution, layer=entry.image)
    return failed(entry) if entry.state is State.FAILED else _pending(entry)


def _wait(entry: Entry, execution: Execution, *, say: Callable[[str], None], gone: Callable[[], bool]) -> None:
    """Until the entry is ready or failed, or nobody waits here any more; its log goes into the script's."""
    asker = execution.job or execution.id
    if entry.state is not State.READY and asker not in entry.told:
        say(f"Installing {', '.join(entry.packages)} for {entry.language}; this happens once.")
        entry.told[asker] = 0
    deadline = time.monotonic() + execution.patience
    while True:
        ended = entry.state in {State.READY, State.FAILED}  # before the log is read, so that its end is not missed
        if asker in entry.told:  # a job that comes again hears what is new to it
            for line in entry.lines_since(entry.told[asker]):
                say(f"  {line}")
                entry.told[asker] += 1
        if ended or gone() or time.monotonic() > deadline:
            break
        time.sleep(_LOOK_EVERY)
    if ended:
        entry.told.pop(asker, None)


def _pending(entry: Entry) -> Outcome:
    message = f"Its packages are being installed: {', '.join(entry.packages)}"
    return Outcome(status=Status.LOST, message=message, error_type="packages_pending")


def _speaker(on_log: Callable[[LogLine], None]) -> Callable[[str], None]:
    return lambda text: on_log(LogLine(stream="stdout", text=text, at=time.time()))


def failed(entry: Entry) -> Outcome:
    """The outcome of a script whose packages could not be installed."""
    message = f"The packages {', '.join(entry.packages)} could not be installed:\n{entry.reason[-_TAIL:]}"
    return Outcome(status=Status.UNAVAILABLE, message=message, error_type="packages")

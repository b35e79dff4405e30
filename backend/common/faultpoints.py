"""Places where the fault suite ends a process, or lets it believe that a finished call has failed.

They do nothing, and cost one look at an empty dictionary, unless `arm` was called; only `tests/faults` does that.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

from django.db import OperationalError

KINDS = ("progress", "waiting", "ended")
NAMES = (
    "claim.committed",
    "job.loaded",
    *(f"checkpoint.{kind}.{place}" for kind in KINDS for place in ("before", "written", "committed")),
    "step.before",
    "step.after",
    "wait.expired",
    "wait.delivered",
    "child.stored",
    "undo.next",
    "heart.beaten",
)

LIES = tuple(name for name in NAMES if not name.startswith(("step.", "undo.")))  # calls of the database

_armed: dict[str, tuple[str, int]] = {}  # name → action, and how many more times it is passed before that


class Interrupted(OperationalError):
    """The connection broke before the answer came: a caller is told so although the work may have been done."""


def arm(plan: str) -> None:
    """`claim.committed=kill:2 step.after=stop:1`: the action at the n-th time that the place is reached."""
    _armed.clear()
    _armed.update(_parsed(plan))


def _parsed(plan: str) -> Iterator[tuple[str, tuple[str, int]]]:
    for word in plan.split():
        name, _, rest = word.partition("=")
        action, _, count = rest.partition(":")
        if action not in {"kill", "stop", "lie"} or name not in (LIES if action == "lie" else NAMES):
            raise ValueError(f"There is no fault “{word}”.")
        yield name, (action, int(count or 1))


def reached(name: str) -> None:
    """A place is reached."""
    if name in _armed:
        _hit(name)


def _hit(name: str) -> None:
    action, left = _armed[name]
    if left > 1:
        _armed[name] = (action, left - 1)
        return
    del _armed[name]
    if action == "lie":
        raise Interrupted(name)
    os.kill(os.getpid(), signal.SIGKILL if action == "kill" else signal.SIGSTOP)

"""Interpreters that are installed on this host, and the users that scripts may run as."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sandboxes.errors import SandboxLost
from sandboxes.languages.base import Language
from sandboxes.runtimes import family

PATH: Final = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"

# Users that nobody else is given: each running script gets one, so that the kernel keeps scripts out of each other's
# files, memory and environment, and counts their processes apart. Where only 65536 users exist (inside a container),
# those just below nobody are free.
_MANY: Final = range(2_000_000_000, 2_000_000_128)
_FEW: Final = range(65520, 65534)
_LOCKS: Final = Path("/run/stepgraph-sandbox")


def interpreters(language: Language) -> Iterator[str]:
    """Where the language's interpreter may be: the one that the operator chose, else those of the system."""
    chosen = os.environ.get(language.setting, "")
    if chosen:
        yield chosen
        return
    for command in language.commands:
        found = shutil.which(command, path=PATH) or shutil.which(command)
        if found:
            yield found
    if language.name == "python":
        yield os.path.realpath(sys.executable)


class Users:
    """Hands out a user per script where the service may (it runs as root on Linux); else everybody is the service."""

    def __init__(self) -> None:
        self.own = hasattr(os, "geteuid") and os.geteuid() == 0 and sys.platform == "linux"
        self._range = _MANY if self.own and _knows_every_user() else _FEW
        self._lock = threading.Lock()
        self._turn = itertools.cycle(self._range)  # in turn, so that a user rests before it is taken again
        self._held: dict[int, int] = {}  # user -> descriptor of the lock that keeps other services off

    @property
    def count(self) -> int | None:
        """How many scripts can run at once; None where users set no limit."""
        return len(self._range) - 1 if self.own else None  # one is kept for looking after interpreters

    def take(self) -> int | None:
        """A user that nothing runs as, for one script; None where scripts cannot have one."""
        if not self.own:
            return None
        _LOCKS.mkdir(mode=0o700, exist_ok=True)
        with self._lock:
            for _ in self._range:
                uid = next(self._turn)
                if uid not in self._held and self._locked(uid):
                    if self._idle(uid):
                        return uid
                    os.close(self._held.pop(uid))
        raise SandboxLost("Too many scripts run at once.")

    def _idle(self, uid: int) -> bool:
        if family.tasks_of_user(uid) == 0:
            return True
        # What a killed service left is killed; until the system has buried its dead, they count against the user.
        family.signal_all(family.of_user(uid), signal.SIGKILL)
        return family.tasks_of_user(uid) == 0

    def _locked(self, uid: int) -> bool:
        descriptor = os.open(_LOCKS / str(uid), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._held[uid] = descriptor
        return True

    def give_back(self, uid: int | None) -> None:
        """Makes the user available again."""
        if uid is not None:
            with self._lock:
                os.close(self._held.pop(uid))


def _knows_every_user() -> bool:
    """True unless this is a user namespace, which has a small part of the users."""
    return Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]

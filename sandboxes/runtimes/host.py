"""Interpreters that are installed on this host, and the users that scripts may run as."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from typing import Final

from sandboxes.errors import SandboxLost
from sandboxes.languages.base import Language

PATH: Final = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"

# Users that no distribution gives out (65534 is nobody): each running script gets one, so that the kernel keeps
# scripts out of each other's files, memory and environment, and counts their processes apart.
_FIRST_UID: Final = 65520
_USERS: Final = 14


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
        self._lock = threading.Lock()
        self._free = list(range(_FIRST_UID, _FIRST_UID + _USERS))

    @property
    def count(self) -> int | None:
        """How many scripts can run at once; None where users set no limit."""
        return _USERS if self.own else None

    @property
    def all(self) -> range:
        """Every user that is ever handed out."""
        return range(_FIRST_UID, _FIRST_UID + _USERS) if self.own else range(0)

    def take(self) -> int | None:
        """A user for one script, or None."""
        if not self.own:
            return None
        with self._lock:
            if not self._free:
                raise SandboxLost("Too many scripts run at once.")
            return self._free.pop(0)

    def give_back(self, uid: int | None) -> None:
        """Makes the user available again."""
        if uid is not None:
            with self._lock:
                self._free.append(uid)

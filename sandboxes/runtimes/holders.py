"""Network namespaces without a network that containers of one organisation share.

Making a namespace is most of what starting a container costs on engines before version 28. Those who share one see the
same loopback, which without sockets of the internet's family leads nowhere, and the same abstract local sockets.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import docker.errors
import requests.exceptions

_PAYS_BEFORE: Final = 28  # major version of the engine
_IDLE_SECONDS: Final = 900.0


class Holders:
    """One small container per organisation that does nothing but be there."""

    def __init__(self, start: Callable[[], Any], *, version: str) -> None:
        major = version.partition(".")[0]
        self.pay = major.isdigit() and int(major) < _PAYS_BEFORE
        self._start = start
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Any, float]] = {}  # name -> container, time of its last use

    @staticmethod
    def name(organization: str) -> str:
        """What stands for an organisation here."""
        return hashlib.sha256(organization.encode()).hexdigest()[:16]

    def join(self, name: str) -> str:
        """The network mode by which a container gets into the namespace; made if it is not there."""
        with self._lock:
            found = self._held.get(name)
            container = found[0] if found else self._start()
            self._held[name] = (container, time.monotonic())
        return f"container:{container.id}"

    def forget(self, name: str) -> None:
        """After a container could not join: the next gets a new one."""
        with self._lock:
            container, _ = self._held.pop(name, (None, 0.0))
        if container is not None:
            with contextlib.suppress(docker.errors.DockerException, requests.exceptions.RequestException):
                container.remove(force=True)

    def forget_idle(self) -> None:
        """Removes those that nobody joined for long; who is inside stays inside."""
        now = time.monotonic()
        with self._lock:
            idle = [name for name, (_, used) in self._held.items() if now - used > _IDLE_SECONDS]
        for name in idle:
            self.forget(name)

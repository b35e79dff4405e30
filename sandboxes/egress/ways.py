"""Gives each script with `network` its way to the proxy, as the wall in force allows it.

In containers the proxy is the only way: a script shares a network namespace that has nothing but a loopback address,
and on it a relay to the proxy's Unix socket. One such namespace for each organisation, kept while it is used.
"""

from __future__ import annotations

import contextlib
import importlib.resources
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import docker
import docker.errors
import requests.exceptions
from docker.types import LogConfig, Mount

from sandboxes.egress.ledger import Account, Ledger
from sandboxes.egress.proxy import Judge, Proxy
from sandboxes.errors import NoWayOut
from sandboxes.languages import LANGUAGES
from sandboxes.model import Execution

PORT: Final = 3128
_SOCKET: Final = "proxy.sock"
_INSIDE: Final = "/egress"
_USER: Final = "65531:65531"  # another one than the scripts', which could else take the relay's place
_IDLE_SECONDS: Final = 300.0
_RENEW_SECONDS: Final = 24 * 3600.0
_LIFE_SECONDS: Final = 49 * 3600.0  # longer than the longest script that may have begun just before it was renewed
_READY_SECONDS: Final = 10.0
_NOT_WITH_GVISOR: Final = (
    "Network access is not possible here: containers of gVisor (STEPGRAPH_SANDBOX_RUNTIME=runsc) do not share the "
    "loopback address on which the proxy is reached. Use an HTTP step, or a sandbox host with another runtime."
)
_FAULTS: Final = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)


@dataclass(frozen=True, slots=True)
class Passage:
    """An execution that may go out, the account of what it does there, and what its end calls."""

    execution: Execution
    account: Account
    close: Callable[[], None]


class Ways:
    """The proxy of this service and the ways to it."""

    enforced = False  # a program that ignores the proxy's address reaches nothing, or whatever it likes

    def __init__(self, judge: Judge, *, note: str = "") -> None:
        self.ledger = Ledger()
        self.proxy = Proxy(judge, self.ledger)
        self._note = note
        self._port = 0

    def start(self) -> None:
        """Begins to serve."""
        self._port = self.proxy.listen_tcp()

    def stop(self) -> None:
        """Ends all connections."""
        self.proxy.stop()

    def idle(self) -> None:
        """Lets go of what has not been used for some time."""

    def open(self, execution: Execution, *, say: Callable[[str], None]) -> Passage:
        """The way out for one execution. Raises NoWayOut."""
        network_mode = self.network_mode(execution)
        token, account = self.ledger.open(execution.id, say=say)
        if self._note:
            say(self._note)

        def close() -> None:
            account.closed()
            self.proxy.cut(account)
            self.ledger.close(token)
            self.left(execution)

        env = {**_environment(f"http://script:{token}@127.0.0.1:{self.port}"), **execution.env}
        return Passage(replace(execution, env=env, way_out=network_mode), account, close)

    @property
    def port(self) -> int:
        """Where scripts find the proxy."""
        return self._port

    def network_mode(self, execution: Execution) -> str:
        """What the execution's container is given."""
        return ""

    def left(self, execution: Execution) -> None:
        """The execution is over."""


def _environment(address: str) -> dict[str, str]:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
    return {**dict.fromkeys(names, address), "NODE_USE_ENV_PROXY": "1"}


@dataclass(eq=False)
class Relay:
    """The network namespace of one organisation."""

    container: Any
    born: float
    users: int = 0
    used_at: float = field(default_factory=time.monotonic)


class ContainerWays(Ways):
    """Namespaces for containers, from which nothing leads out but the proxy."""

    enforced = True

    def __init__(
        self, judge: Judge, client: Callable[[], docker.DockerClient], *, labels: Callable[[float], dict[str, str]]
    ) -> None:
        super().__init__(judge)
        self._client, self._labels = client, labels
        self._relays: dict[str, Relay] = {}
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._folder: Path | None = None

    def start(self) -> None:
        """Listens where relays find it: in a folder, or a volume, that they are given to see."""
        chosen = os.environ.get("STEPGRAPH_SANDBOX_EGRESS_DIR", "")
        self._folder = Path(chosen or tempfile.mkdtemp(prefix="stepgraph-egress-"))
        self._folder.chmod(0o711)
        socket = self._folder / _SOCKET
        socket.unlink(missing_ok=True)
        self.proxy.listen_unix(socket)

    def stop(self) -> None:
        """Removes the relays; scripts in them are gone by now."""
        with self._lock:
            relays = list(self._relays.values())
            self._relays.clear()
        for relay in relays:
            _remove(relay)
        super().stop()
        if self._folder is not None:
            (self._folder / _SOCKET).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self._folder.rmdir()

    @property
    def port(self) -> int:
        """On the loopback address of the namespace."""
        return PORT

    def network_mode(self, execution: Execution) -> str:
        """The namespace of the execution's organisation, made if it is not there. Raises NoWayOut."""
        if os.environ.get("STEPGRAPH_SANDBOX_RUNTIME", "").startswith("runsc"):
            raise NoWayOut(_NOT_WITH_GVISOR)
        with self._lock:
            making = self._making.setdefault(execution.organization, threading.Lock())
        with making:
            relay = self._relay(execution.organization)
            with self._lock:
                relay.users += 1
                relay.used_at = time.monotonic()
        return f"container:{relay.container.id}"

    def left(self, execution: Execution) -> None:
        """One user less."""
        with self._lock:
            relay = self._relays.get(execution.organization)
            if relay is not None:
                relay.users = max(0, relay.users - 1)
                relay.used_at = time.monotonic()

    def idle(self) -> None:
        """Removes the namespaces that nobody has used for some time."""
        now = time.monotonic()
        with self._lock:
            gone = {
                name: relay
                for name, relay in self._relays.items()
                if not relay.users and now > relay.used_at + _IDLE_SECONDS
            }
            for name in gone:
                del self._relays[name]
        for relay in gone.values():
            _remove(relay)

    def _relay(self, organization: str) -> Relay:
        with self._lock:
            relay = self._relays.get(organization)
        if relay is not None and _lives(relay) and time.monotonic() < relay.born + _RENEW_SECONDS:
            return relay
        relay = self._made()
        with self._lock:
            self._relays[organization] = relay
        return relay

    def _made(self) -> Relay:
        word, ready = self.ledger.expect()
        try:
            container = self._client().containers.create(LANGUAGES["python"].image, _command(word), **self._options())
        except docker.errors.ImageNotFound as error:
            raise NoWayOut("Network access needs the Python image here: run `manage.py sandbox build`.") from error
        except _FAULTS as error:
            raise NoWayOut(f"Network access is not possible here: {error}") from error
        relay = Relay(container, born=time.monotonic())
        with contextlib.suppress(*_FAULTS):
            container.start()
        if not ready.wait(_READY_SECONDS):
            _remove(relay)
            raise NoWayOut(
                "Network access is not possible here: the relay to the proxy does not start. Containers must be able "
                "to see the service's folder, or the volume that STEPGRAPH_SANDBOX_EGRESS_VOLUME names."
            )
        return relay

    def _options(self) -> dict[str, Any]:
        volume = os.environ.get("STEPGRAPH_SANDBOX_EGRESS_VOLUME", "")
        mount = Mount(_INSIDE, volume or str(self._folder), type="volume" if volume else "bind", read_only=True)
        return {
            "network_mode": "none",
            "mounts": [mount],
            "read_only": True,
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges"],
            "user": _USER,
            "pids_limit": 32,
            "mem_limit": "128m",
            "memswap_limit": "128m",
            "init": True,
            "log_config": LogConfig(type=LogConfig.types.NONE),
            "hostname": "relay",
            "entrypoint": [],
            "labels": self._labels(_LIFE_SECONDS),
        }


def _command(word: str) -> list[str]:
    source = importlib.resources.files("sandboxes.egress").joinpath("relay.py").read_text(encoding="utf-8")
    return ["python3", "-I", "-c", source, f"{_INSIDE}/{_SOCKET}", str(PORT), word]


def _lives(relay: Relay) -> bool:
    try:
        relay.container.reload()
    except _FAULTS:
        return False
    return bool(relay.container.attrs["State"]["Running"])


def _remove(relay: Relay) -> None:
    with contextlib.suppress(*_FAULTS):
        relay.container.remove(force=True, v=True)

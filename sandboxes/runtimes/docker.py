"""Scripts in containers: one per execution, with nothing but the script inside and no way out."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping
from typing import Any, Final

import docker
import docker.errors
import requests.exceptions
from docker.types import LogConfig, Ulimit

from sandboxes import limits, seccomp
from sandboxes.endmark import new_token, supervised
from sandboxes.errors import InvalidExecution, RuntimeMissing, SandboxLost
from sandboxes.languages import LANGUAGES
from sandboxes.languages.base import Language
from sandboxes.model import Execution
from sandboxes.runtimes.attached import ContainerSandbox
from sandboxes.runtimes.base import SCRATCH, Availability, Runtime, Sandbox

USER: Final = "65532:65532"
SERVICE_LABEL: Final = "stepgraph.service"
DEADLINE_LABEL: Final = "stepgraph.deadline"
_IMAGES_SETTING: Final = "STEPGRAPH_SANDBOX_IMAGES"  # which images there are is the operator's choice, not a user's
_API_TIMEOUT: Final = 20  # seconds; without one a stuck engine would hold us for ever
_DEADLINE_SLACK: Final = 30.0  # seconds after which a container whose runner forgot it is removed
_FAULTS: Final = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)


class Containers(Runtime):
    """Containers by the Docker Engine API."""

    name = "docker"

    def __init__(self, service: str) -> None:
        self._service = service
        self._runtime = os.environ.get("STEPGRAPH_SANDBOX_RUNTIME", "") or None
        self._allowed = {name.strip() for name in os.environ.get(_IMAGES_SETTING, "").split(",")}
        self._client: Any = None

    def client(self) -> docker.DockerClient:
        """The connection to the engine."""
        if self._client is None:
            self._client = docker.from_env(version="auto", timeout=_API_TIMEOUT, max_pool_size=64)
        connected: docker.DockerClient = self._client
        return connected

    def works(self) -> str:
        """Why it cannot be used here; empty if it can."""
        if not _listens():
            return "Docker is not reachable"
        try:
            self.client().ping()
        except _FAULTS:
            return "Docker is not reachable"
        if not any(self._image_id(language.image) for language in LANGUAGES.values()):
            return "the sandbox images are not built"
        return ""

    def languages(self) -> Mapping[str, Availability]:
        """Every language by whether it can run here."""
        return {name: self._availability(language) for name, language in LANGUAGES.items()}

    def _availability(self, language: Language) -> Availability:
        identity = self._image_id(language.image)
        if identity is None:
            return Availability(available=False, detail=language.missing)
        return Availability(available=True, detail=f"{language.image.removesuffix(':latest')} {identity[7:19]}")

    def _image_id(self, name: str) -> str | None:
        try:
            identity: str | None = self.client().images.get(name).id
        except _FAULTS:
            return None
        return identity

    def start(self, execution: Execution, language: Language) -> Sandbox:
        """Creates a container, attaches to it, starts it."""
        image = execution.layer or self._image_id(execution.image or language.image)
        if execution.image and execution.image not in self._allowed:
            advice = f"Only images named in {_IMAGES_SETTING} may be used (a comma separated list)."
            raise InvalidExecution(f"The image {execution.image} is not allowed. {advice}")
        if image is None:
            wanted = f"The image {execution.image} is not on this host: pull or build it." if execution.image else ""
            raise RuntimeMissing(wanted or language.missing)
        try:
            return self._start(execution, language, image=image)
        except _FAULTS as error:
            raise SandboxLost(f"The container engine failed: {error}") from error

    def _start(self, execution: Execution, language: Language, *, image: str) -> Sandbox:
        token = new_token()
        argv = supervised(language.argv(language.commands[0], memory_mb=execution.memory_mb), token=token)
        container = self.client().containers.create(image, argv, **self.options(execution))
        try:
            # Attached before it starts, or its first words would be lost.
            stream: Any = container.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            raw: socket.socket = vars(stream).get("_sock", stream)  # the socket itself: its wrapper cannot be shut down
            container.start()
        except _FAULTS:
            with contextlib.suppress(*_FAULTS):
                container.remove(force=True, v=True)
            raise
        return ContainerSandbox(container, raw, owner=stream, token=token)

    def options(self, execution: Execution) -> dict[str, Any]:
        """Everything a container gets. Nothing here comes from a user but numbers within our limits."""
        memory = f"{execution.memory_mb}m"
        return {
            **_network(execution),
            "read_only": True,
            "tmpfs": {SCRATCH: "rw,noexec,nosuid,nodev,size=64m,nr_inodes=8192,mode=1777"},
            "shm_size": "16m",
            "ipc_mode": "private",
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges", f"seccomp={seccomp.profile(network=execution.network)}"],
            "user": USER,
            "pids_limit": limits.PROCESSES,
            "mem_limit": memory,
            "memswap_limit": memory,  # equal to the memory: no swap
            "nano_cpus": int(execution.cpus * 1_000_000_000),
            "oom_score_adj": 1000,
            "ulimits": [
                Ulimit(name="nofile", soft=limits.OPEN_FILES, hard=limits.OPEN_FILES),
                Ulimit(name="core", soft=0, hard=0),
                Ulimit(name="fsize", soft=limits.FILE_BYTES, hard=limits.FILE_BYTES),
            ],
            "init": True,
            "log_config": LogConfig(type=LogConfig.types.NONE),
            "environment": {
                "HOME": SCRATCH,
                "TMPDIR": SCRATCH,
                "LANG": "C.UTF-8",
                "PATH": "/usr/local/bin:/usr/bin:/bin",
            },
            "working_dir": SCRATCH,
            "entrypoint": [],
            "labels": self.labels(execution.timeout + _DEADLINE_SLACK),
            "stdin_open": True,
            "runtime": self._runtime,
        }

    def labels(self, seconds: float) -> dict[str, str]:
        """What a container is known by: it may be removed when so many seconds have passed."""
        return {SERVICE_LABEL: self._service, DEADLINE_LABEL: str(int(time.time() + seconds))}

    def reap(self, *, all_of_mine: bool = False) -> int:
        """Removes containers past their deadline, or left by an earlier life of this service."""
        removed = 0
        with contextlib.suppress(*_FAULTS):
            for container in self.client().containers.list(
                all=True, filters={"label": SERVICE_LABEL}, ignore_removed=True
            ):
                if self._is_stale(container.labels, all_of_mine=all_of_mine):
                    with contextlib.suppress(*_FAULTS):
                        container.remove(force=True, v=True)
                        removed += 1
        return removed

    def _is_stale(self, labels: Mapping[str, str], *, all_of_mine: bool) -> bool:
        deadline = labels.get(DEADLINE_LABEL, "")
        late = not deadline.isdigit() or int(deadline) < time.time()
        return late or (all_of_mine and labels.get(SERVICE_LABEL) == self._service)


def _network(execution: Execution) -> dict[str, str]:
    """None, or the namespace that the service has made; there, the name of the host is not the container's own."""
    if execution.network and execution.way_out:
        return {"network_mode": execution.way_out}
    return {"network_mode": "none", "hostname": "sandbox"}


def _listens() -> bool:
    """False if nobody answers at the engine's local socket; docker-py would leave its own half-open."""
    address = os.environ.get("DOCKER_HOST", "") or "unix:///var/run/docker.sock"
    if not address.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(address.removeprefix("unix://"))
        except OSError:
            return False
    return True

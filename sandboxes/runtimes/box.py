"""What a container is made of: everything that sets one sandbox apart from another, and all its limits."""

from __future__ import annotations

import base64
import math
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import docker
from docker.models.containers import Container
from docker.types import LogConfig, Ulimit

from sandboxes import filter as filters
from sandboxes import limits, seccomp
from sandboxes.endmark import supervised
from sandboxes.languages.base import Language
from sandboxes.model import Execution
from sandboxes.runtimes.base import SCRATCH

USER: Final = "65532:65532"
SERVICE_LABEL: Final = "stepgraph.service"
DEADLINE_LABEL: Final = "stepgraph.deadline"
IDLE_SECONDS: Final = 600.0  # that a container may wait for its script
_DEADLINE_SLACK: Final = 30.0  # seconds after which a container whose runner forgot it is removed
_MANY_EXTRA: Final = 2  # processes between a container's first and a step's that a container for one script lacks
_LIFETIMES: Final = (60.0, 300.0, 3600.0, limits.MAX_TIMEOUT)  # seconds; scripts of one class share a pool


@dataclass(frozen=True, slots=True)
class Box:
    """A kind of container: those of one kind can stand in for each other. `image` is a digest."""

    language: str
    image: str
    network: bool
    memory_mb: int
    cpus: float
    lifetime: float
    namespace: str = ""  # whose network namespace it joins; empty: it has its own
    way_out: str = ""  # network mode that leads out
    many: bool = False  # for the steps of one job, one after the other; else for one script

    @classmethod
    def of(cls, execution: Execution, *, image: str, namespace: str = "", many: bool = False) -> Box:
        """The kind that an execution needs."""
        lifetime = next(seconds for seconds in _LIFETIMES if execution.timeout <= seconds)
        return cls(
            language=execution.language,
            image=image,
            network=execution.network,
            memory_mb=execution.memory_mb,
            cpus=execution.cpus,
            lifetime=lifetime,
            namespace=namespace,
            way_out=execution.way_out if execution.network else "",
            many=many,
        )

    def argv(self, language: Language, *, token: str) -> list[str]:
        """What waits inside: the interpreter under its supervisor, or what forks one for each step."""
        argv = language.argv(language.commands[0], memory_mb=self.memory_mb)
        if not self.many:
            return supervised(argv, token=token)
        program = base64.b64encode(filters.program()).decode()
        harness = [language.source] if language.forks else ["", *argv]
        return ["python3", "-I", "-c", _zygote(), program, *harness]


@cache
def _zygote() -> str:
    return (Path(__file__).parent.parent / "harness" / "zygote.py").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Place:
    """What of the host a container is given: whose it is, its network, and the program that starts it."""

    service: str
    network_mode: str
    runtime: str | None


def create(client: docker.DockerClient, box: Box, argv: list[str], place: Place) -> Container:
    """A container that has not started yet."""
    host = client.api.create_host_config(**_host_options(box, place))
    if box.many:
        # A new /proc, which each step gets, is refused while parts of the container's own are covered; steps see
        # only their own, where the same parts are covered again.
        host.update(MaskedPaths=[], ReadonlyPaths=[])
    made = client.api.create_container(box.image, argv, host_config=host, **_options(box, place))
    return client.containers.prepare_model(made)


def _options(box: Box, place: Place) -> dict[str, Any]:
    deadline = math.ceil(time.time() + IDLE_SECONDS + box.lifetime + _DEADLINE_SLACK)
    return {
        "hostname": None if place.network_mode.startswith("container:") else "sandbox",
        "user": USER,
        "environment": {
            "HOME": SCRATCH,
            "TMPDIR": SCRATCH,
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        },
        "working_dir": SCRATCH,
        "entrypoint": [],
        "labels": {SERVICE_LABEL: place.service, DEADLINE_LABEL: str(deadline)},
        "stdin_open": True,
    }


def _host_options(box: Box, place: Place) -> dict[str, Any]:
    """The walls. Nothing here comes from a user but numbers within our limits."""
    memory = f"{box.memory_mb}m"
    profile = seccomp.profile(network=box.network, nesting=box.many)
    return {
        "network_mode": place.network_mode,
        "read_only": True,
        "tmpfs": {SCRATCH: "rw,noexec,nosuid,nodev,size=64m,nr_inodes=8192,mode=1777"},
        "shm_size": "16m",
        "ipc_mode": "private",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges", f"seccomp={profile}"],
        "pids_limit": limits.PROCESSES + (_MANY_EXTRA if box.many else 0),
        "mem_limit": memory,
        "memswap_limit": memory,  # equal to the memory: no swap
        "nano_cpus": int(box.cpus * 1_000_000_000),
        "oom_score_adj": 1000,
        "ulimits": [
            Ulimit(name="nofile", soft=limits.OPEN_FILES, hard=limits.OPEN_FILES),
            Ulimit(name="core", soft=0, hard=0),
            Ulimit(name="fsize", soft=limits.FILE_BYTES, hard=limits.FILE_BYTES),
        ],
        "init": True,
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "runtime": place.runtime,
    }

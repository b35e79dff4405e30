"""What a container is made of: everything that sets one sandbox apart from another, and all its limits."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Final

from docker.types import LogConfig, Ulimit

from sandboxes import limits, seccomp
from sandboxes.languages.base import Language
from sandboxes.model import Execution
from sandboxes.runtimes.base import SCRATCH

USER: Final = "65532:65532"
SERVICE_LABEL: Final = "stepgraph.service"
DEADLINE_LABEL: Final = "stepgraph.deadline"
IDLE_SECONDS: Final = 600.0  # that a container may wait for its script
_DEADLINE_SLACK: Final = 30.0  # seconds after which a container whose runner forgot it is removed
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
    job: str = ""  # whose steps may use it one after the other; empty: it is for one script

    @classmethod
    def of(cls, execution: Execution, *, image: str, namespace: str = "", job: str = "") -> Box:
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
            job=job,
        )

    def argv(self, language: Language) -> list[str]:
        """The interpreter that waits inside."""
        return language.argv(language.commands[0], memory_mb=self.memory_mb)


def options(box: Box, *, service: str, network_mode: str, runtime: str | None) -> dict[str, Any]:
    """Everything a container gets. Nothing here comes from a user but numbers within our limits."""
    memory = f"{box.memory_mb}m"
    deadline = math.ceil(time.time() + IDLE_SECONDS + box.lifetime + _DEADLINE_SLACK)
    shared = {} if network_mode.startswith("container:") else {"hostname": "sandbox"}
    return {
        **shared,
        "network_mode": network_mode,
        "read_only": True,
        "tmpfs": {SCRATCH: "rw,noexec,nosuid,nodev,size=64m,nr_inodes=8192,mode=1777"},
        "shm_size": "16m",
        "ipc_mode": "private",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges", f"seccomp={seccomp.profile(network=box.network)}"],
        "user": USER,
        "pids_limit": limits.PROCESSES,
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
        "environment": {
            "HOME": SCRATCH,
            "TMPDIR": SCRATCH,
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        },
        "working_dir": SCRATCH,
        "entrypoint": [],
        "labels": {SERVICE_LABEL: service, DEADLINE_LABEL: str(deadline)},
        "stdin_open": True,
        "runtime": runtime,
    }

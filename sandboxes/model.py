"""What is asked of a sandbox and what comes back, as values that travel over the service's socket."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias

JSON: TypeAlias = Any  # JSON from outside: opaque here, parsed and checked in `results`

Stream: TypeAlias = Literal["stdout", "stderr"]
Tier: TypeAlias = Literal["step", "job"]
STREAMS: Final[tuple[Stream, ...]] = ("stdout", "stderr")


class Status(StrEnum):
    """How an execution ended."""

    OK = "ok"
    FAILED = "failed"  # an exit code other than 0, or an exception
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    PROCESS_LIMIT = "process_limit"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"  # the language's runtime is not installed
    LOST = "lost"  # the sandbox went away under the script; trying again may help


@dataclass(frozen=True, slots=True)
class Execution:
    """One piece of code to run once; `timeout` in seconds, `memory_mb` in MiB, `cpus` in cores."""

    id: str
    language: str
    code: str
    context: Mapping[str, JSON] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)  # by name, for the folder $SG_FILES
    timeout: float = 60.0
    memory_mb: int = 256
    cpus: float = 1.0
    network: bool = False
    image: str | None = None
    packages: tuple[str, ...] = ()  # requirements of pip or npm, by the language
    patience: float = 3600.0  # seconds to wait here for packages; then the outcome's error_type is `packages_pending`
    organization: str = ""  # whose it is and of which job: turns at the slots are taken by these
    job: str = ""
    tier: Tier = "step"  # step: a sandbox of its own; job: a walled process in one that the job's steps have in common
    # What the service itself adds, and never takes from a client:
    layer: str = ""  # id of the image that has the packages
    way_out: str = ""  # network mode of a container with `network`

    def to_json(self) -> dict[str, JSON]:
        """The execution as the socket carries it."""
        rest = asdict(replace(self, context={}, env={}, files={}))
        return {**rest, "context": dict(self.context), "env": dict(self.env), "files": encoded(self.files)}

    @classmethod
    def from_json(cls, data: Mapping[str, JSON]) -> Execution:
        """Reads what `to_json` wrote; TypeError for anything else."""
        files = decoded(data.get("files", {}))
        return cls(**{**data, "files": files, "packages": tuple(data.get("packages", ())), "layer": "", "way_out": ""})


def encoded(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as JSON can hold them."""
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def decoded(files: Mapping[str, str]) -> dict[str, bytes]:
    """Reads what `encoded` wrote; TypeError for anything else."""
    try:
        return {str(name): base64.b64decode(text) for name, text in files.items()}
    except (AttributeError, ValueError) as error:
        raise TypeError("files are not as they should be") from error


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that the code printed; `at` in seconds since 1970."""

    stream: Stream
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an execution; `line` is the user's own, `duration` in seconds, `error_type` an exception's name."""

    status: Status
    result: JSON = None
    message: str = ""
    exit_code: int | None = None
    line: int | None = None
    duration: float = 0.0
    isolation: str = ""
    error_type: str = ""
    network: tuple[JSON, ...] = ()  # hosts that it reached or was refused, with bytes
    files: Mapping[str, bytes] = field(default_factory=dict)  # by name, what it left in $SG_FILES

    def to_json(self) -> dict[str, JSON]:
        """The outcome as the socket carries it."""
        rest = asdict(replace(self, result=None, files={}))
        return {**rest, "result": self.result, "files": encoded(self.files)}

    @classmethod
    def from_json(cls, data: Mapping[str, JSON]) -> Outcome:
        """Reads what `to_json` wrote."""
        files, network = decoded(data.get("files", {})), tuple(data.get("network", ()))
        return cls(**{**data, "status": Status(data["status"]), "network": network, "files": files})

"""What the sandbox must know of a language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sandboxes.model import JSON, encoded

_HARNESSES = Path(__file__).parent.parent / "harness"
_IMAGES = Path(__file__).parent.parent / "images"
_PROTOCOL = "2"  # what the harnesses want of an image; raised when an older image will not do any more


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that a harness reads from stdin; the marker is new for every run."""

    marker: str
    code: str
    context: Mapping[str, JSON]
    env: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)


def as_json_line(frame: Frame) -> bytes:
    """The frame as one line of ASCII, whatever encoding the interpreter assumes."""
    fields: dict[str, JSON] = {
        "marker": frame.marker,
        "code": frame.code,
        "context": dict(frame.context),
        "env": dict(frame.env),
    }
    fields["files"] = encoded(frame.files)
    return json.dumps(fields, allow_nan=False).encode() + b"\n"


def as_json_frame(frame: Frame) -> bytes:
    """The same behind its length, so that a harness can leave what follows to others."""
    return sized(as_json_line(frame))


def sized(data: bytes) -> bytes:
    """The data behind its length."""
    return b"%d\n%b" % (len(data), data)


@dataclass(frozen=True)
class Language:
    """A language: its interpreter, its image, and how its harness is started and fed."""

    name: str
    title: str
    commands: tuple[str, ...]  # names of the interpreter, best first
    setting: str  # environment variable that names another interpreter on the host
    arguments: Callable[[str, int], list[str]]  # (harness source, memory in MiB) -> arguments of the interpreter
    harness: str
    version: tuple[str, ...]  # arguments that print the version
    how_to_get: str
    encode: Callable[[Frame], bytes] = as_json_line
    forks: bool = False  # True: a job's steps are forked from one warm interpreter that has read the harness
    exact: bool = True  # False: reads more of stdin than its frame, so that nothing can follow
    bounded_address_space: bool = True  # False: reserves far more than it uses, so only use is watched

    @property
    def repository(self) -> str:
        """The image's name."""
        return f"stepgraph-{self.name}"

    @cached_property
    def image(self) -> str:
        """The name and the tag that `build` gives: a mark of the content, so that versions of the product coexist."""
        recipe = (_IMAGES / self.name / "Dockerfile").read_bytes()
        return f"{self.repository}:{hashlib.sha256(_PROTOCOL.encode() + recipe).hexdigest()[:12]}"

    @cached_property
    def source(self) -> str:
        """The harness's text, handed to the interpreter as an argument: nothing has to be mounted or copied."""
        return (_HARNESSES / self.harness).read_text(encoding="utf-8")

    def argv(self, interpreter: str, *, memory_mb: int) -> list[str]:
        """The fixed command; the user's code is never part of it."""
        return [interpreter, *self.arguments(self.source, memory_mb)]

    @property
    def missing(self) -> str:
        """What to tell somebody whose script cannot run for want of an interpreter."""
        return f"{self.title} runtime not installed: {self.how_to_get}"

"""What every storage shares: named objects that can be put, got, listed, deleted, and handed out by an address."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from backend.catalog.connectors import ConnectorConfig, ConnectorType, TestResult
from backend.catalog.steps import StepFailed
from backend.common.json import JSON

DEFAULT_SECONDS = 60.0
MAX_LISTED = 10_000

C = TypeVar("C", bound=ConnectorConfig)


@dataclass(frozen=True, slots=True)
class Stored:
    """An object's content."""

    content: bytes = field(repr=False)
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a list."""

    key: str
    size: int
    modified: str = ""  # ISO 8601

    def as_json(self) -> dict[str, JSON]:
        """For a step's result."""
        return {"key": self.key, "size": self.size, "modified": self.modified or None}


class Storage(ConnectorType[C], Generic[C], family="storage"):
    """One place for files. Every method raises StepFailed."""

    @abstractmethod
    def put(self, key: str, stored: Stored) -> None:
        """Writes an object, over an old one of the same key."""

    @abstractmethod
    def get(self, key: str, *, max_bytes: int) -> Stored:
        """The object's content, if it is not larger."""

    @abstractmethod
    def entries(self, prefix: str, *, limit: int) -> list[Entry]:
        """Objects whose key begins so, in order."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Removes an object; one that is not there is removed already."""

    def presign(self, key: str, *, seconds: int, method: str) -> str:
        """An address by which anybody may get or put the object for a while."""
        raise StepFailed(f"{self.label} cannot hand out addresses.", error_type="validation")

    def test(self) -> TestResult:
        """Lists one object."""
        try:
            self.entries("", limit=1)
        except StepFailed as failure:
            return TestResult(False, failure.message, hint=failure.hint)
        return TestResult(True, "The storage answers, and its objects can be listed.")


def missing(key: str) -> StepFailed:
    """There is no such object."""
    return StepFailed(f"There is no object “{key[:200]}”.", error_type="not_found")


def too_large(max_bytes: int) -> StepFailed:
    """More than may be kept as a file."""
    return StepFailed(f"The file is larger than {max_bytes:,} bytes.", error_type="too_large")


def checked(key: str) -> str:
    """A key that cannot lead anywhere else. Raises StepFailed."""
    parts = key.split("/")
    if not key or len(key.encode()) > 1_024 or "\0" in key or any(part in {".", ".."} for part in parts):
        raise StepFailed(
            f"“{key[:200]}” cannot be the key of an object.",
            error_type="validation",
            hint="Give a relative path, without “..”, of at most 1,024 bytes.",
        )
    return key.lstrip("/")

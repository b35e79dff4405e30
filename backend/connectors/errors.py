"""What can go wrong with connectors, secrets and variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from backend.common.errors import AppError, Conflict
from backend.common.json import JSON
from backend.common.problems import Problem


class SlugTaken(Conflict):
    """Another connector of this organisation has this slug. Choose another one."""

    error: ClassVar[str] = "Slug taken"


class KeyTaken(Conflict):
    """This key is taken. Choose another one."""

    error: ClassVar[str] = "Key taken"

    def __init__(self) -> None:
        hint = "To give it another value, edit it."
        super().__init__(problems=[Problem("This key is taken.", path="key", hint=hint, code="taken")])


class InUse(Conflict):
    """Workflows use this. Delete it all the same with ?force=true: their next jobs will fail."""

    error: ClassVar[str] = "In use"

    def __init__(self, users: Sequence[JSON]) -> None:
        super().__init__()
        self.extra = {"used_by": list(users)}


class Unusable(AppError):
    """The connector or secret cannot be used as it is."""

    status: ClassVar[int] = 409
    error: ClassVar[str] = "Cannot be used"


class NoWorker(AppError):
    """No worker has taken this up, and only workers reach other systems. Is one running? See the health page."""

    status: ClassVar[int] = 503
    error: ClassVar[str] = "No worker"
